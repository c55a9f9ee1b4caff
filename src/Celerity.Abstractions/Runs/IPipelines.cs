using System.Text.Json.Nodes;

namespace Celerity;

/// <summary>Starts runs of pipelines. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// A run that was accepted begins, whatever crashes in between: at once where a function with a Durable client has run in this process (all of Celerity's that run tasks or
/// answer on runs do, and the app's own may lend theirs: <c>context.UseDurableClient(client)</c>), else within two minutes, by the maintenance timer. <see cref="IRunControl"/> changes runs, <see cref="IRunResults"/> tells of them.
/// </remarks>
public interface IPipelines
{
    /// <summary>Starts a run. Costs some 4 storage requests, 2 more with a key, and those of reading the dataset's head and of the orchestration.</summary>
    /// <param name="pipeline">The pipeline's name, as in <see cref="PipelineAttribute"/>, without regard to case.</param>
    /// <param name="request">
    /// The request: of the type that the pipeline takes, or what is written as the same JSON, at most 32,000 characters of it. It is checked as over HTTP.
    /// <see langword="null"/> for a pipeline that takes none.
    /// </param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait. The run may have been accepted all the same: with an <see cref="PipelineStartOptions.IdempotencyKey"/> it is safe to ask again.</param>
    /// <returns>The run: that which is there, where the key was used before.</returns>
    /// <exception cref="CelerityException">
    /// CEL0301: there is no such pipeline; CEL0302: the request does not fit it; CEL0308: an option is out of its range; CEL0322: the request is too large; or its dataset
    /// cannot be read. Nothing was started.
    /// </exception>
    Task<StartedRun> StartAsync(string pipeline, object? request = null, PipelineStartOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a run with the request of another, whatever has become of that, some of it changed. The app must have the other's pipeline.</summary>
    /// <param name="run">The other run's id.</param>
    /// <param name="patch">What changes, as a JSON merge patch (RFC 7396): members replace those of their name, null takes them away. <see langword="null"/> for nothing.</param>
    /// <param name="options">The options. Without tags it has the other's, without a time limit as much time.</param>
    /// <param name="cancellationToken">Stops the wait. The run may have been accepted all the same.</param>
    /// <returns>The new run, which names the other: <see cref="StartedRun.CloneOf"/>.</returns>
    /// <exception cref="CelerityException">CEL0313: there is no such run; else as for <see cref="StartAsync"/>.</exception>
    Task<StartedRun> CloneAsync(string run, JsonObject? patch = null, PipelineStartOptions? options = null, CancellationToken cancellationToken = default);
}
