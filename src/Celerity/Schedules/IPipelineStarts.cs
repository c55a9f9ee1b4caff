namespace Celerity.Schedules;

/// <summary>Starts and cancels runs of pipelines: with the client that a function was given, so it is passed and not injected.</summary>
internal interface IPipelineStarts
{
    /// <summary>Starts a run under a given id. Called again, it is the same run.</summary>
    /// <exception cref="CelerityException">The pipeline is unknown, or the request does not fit any more.</exception>
    ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken);

    /// <summary>Asks a run to stop; one that has ended, or is not there, is left as it is.</summary>
    ValueTask CancelAsync(string id, CancellationToken cancellationToken);
}
