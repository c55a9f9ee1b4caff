namespace Celerity.Stages;

/// <summary>A stage of the user's without its type parameters.</summary>
internal interface IStageRunner
{
    string Name { get; }

    IReadOnlyList<string> RequiredColumns { get; }

    ChunkRetry Retry { get; }

    object Empty();

    ValueTask<object> ProcessAsync(RecordReader records, CancellationToken cancellationToken);

    object Combine(object left, object right);

    /// <summary>Writes a partial result as JSON: the form in which it is kept and joined, so that it is the same wherever it was made.</summary>
    byte[] Write(object partial);

    object Read(byte[] partial);

    /// <summary>Makes the stage's result, as JSON.</summary>
    string Finish(object total);
}
