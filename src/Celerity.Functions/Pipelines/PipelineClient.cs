using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Runs;

namespace Celerity.Functions.Pipelines;

/// <summary>Starts runs for code, as HTTP does.</summary>
internal sealed class PipelineClient(RunStarter starter) : IPipelines
{
    public async Task<StartedRun> StartAsync(string pipeline, object? request = null, PipelineStartOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return Shown(await starter.StartAsync(pipeline, JsonSerializer.Serialize(request, CelerityJson.Options), RunTerms.From(options), cancellationToken).ConfigureAwait(false));
    }

    public async Task<StartedRun> CloneAsync(string run, JsonObject? patch = null, PipelineStartOptions? options = null, CancellationToken cancellationToken = default) =>
        Shown(await starter.CloneAsync(run, patch ?? [], RunTerms.From(options), cancellationToken).ConfigureAwait(false));

    private static StartedRun Shown((RunRecord Run, bool WasThere) started) => new(
        started.Run.Id, started.Run.Pipeline, started.Run.State, started.WasThere, started.Run.CloneOf, started.Run.Deadline);
}
