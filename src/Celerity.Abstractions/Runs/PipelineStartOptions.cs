namespace Celerity;

/// <summary>What may be said of one start of a pipeline. A value out of its range is CEL0308, and nothing is started.</summary>
public sealed record PipelineStartOptions
{
    /// <summary>Gets words to find and purge the run by.</summary>
    /// <value>Up to 20, each of 1 to 100 characters; one given twice counts once. None by default.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets the key by which a repeated start is the same start: the run that is there is returned, and the request not looked at. <see langword="null"/> for a new run.</summary>
    /// <value>1 to 200 characters; counts together with the pipeline's name, for 7 days.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets how long the run may take from the start on; then it ends as failed (CEL0361). A restart has as much time again.</summary>
    /// <value>1 second to 365 days. <see langword="null"/> (the default) for the <see cref="PipelineAttribute.Deadline"/> of the pipeline, or for no limit.</value>
    public TimeSpan? TimeLimit { get; init; }
}
