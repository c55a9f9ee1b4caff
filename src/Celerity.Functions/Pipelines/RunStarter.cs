using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Celerity.Functions.Workflows;
using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.Stages.Sources;
using Celerity.Tracing;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Checks requests of pipelines and starts their runs.</summary>
internal sealed class RunStarter(
    PipelineRegistry pipelines, StageRegistry stages, RunStore runs, RunStarts starts, RunStartKeys keys, SourceOpening opening, WorkflowCheck workflows, ILastInstances last, TimeProvider time) : IPipelineCheck
{
    // A run keeps its request in one table property.
    private const int MaxRequestChars = 32_000;

    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        // A misspelt setting would silently mean its default.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public void Check(string pipeline, string request)
    {
        var definition = pipelines.Get(pipeline);
        _ = WriteRequest(definition, ReadRequest(definition, request));
    }

    /// <summary>Checks a request and starts its run: its orchestration by the last client of this process, or by maintenance.</summary>
    /// <param name="pipelineName">The pipeline.</param>
    /// <param name="body">Its request as JSON.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="cancellationToken">Stops the wait. It may be started all the same.</param>
    /// <returns>The run, and whether it was there before.</returns>
    /// <exception cref="CelerityException">The pipeline is unknown, the request does not fit, or its dataset cannot be read. Nothing was changed.</exception>
    public async ValueTask<(RunRecord Run, bool WasThere)> StartAsync(string pipelineName, string body, RunTerms terms, CancellationToken cancellationToken)
    {
        terms.Check();
        if (terms.IdempotencyKey is null)
        {
            return (await StartNewAsync(last.Find(), RunKey.NewId(time), pipelineName, body, terms, cancellationToken).ConfigureAwait(false), false);
        }

        var id = await keys.TakeAsync(pipelines.Get(pipelineName).Name, terms.IdempotencyKey, cancellationToken).ConfigureAwait(false);
        return await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } known
            ? (known, true)
            : (await StartNewAsync(last.Find(), id, pipelineName, body, terms, cancellationToken).ConfigureAwait(false), false);
    }

    /// <summary>Starts a run with the request of another, some of it changed. Without tags it has the other's, without a time limit as much time.</summary>
    /// <param name="id">The other run.</param>
    /// <param name="patch">What changes, as a JSON merge patch (RFC 7396).</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="cancellationToken">Stops the wait. It may be started all the same.</param>
    /// <inheritdoc cref="StartAsync(string, string, RunTerms, CancellationToken)"/>
    public async ValueTask<(RunRecord Run, bool WasThere)> CloneAsync(string id, JsonNode patch, RunTerms terms, CancellationToken cancellationToken)
    {
        var source = (RunKey.IsId(id) ? await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) : null) ?? throw RunStore.Unknown();
        return await StartAsync(
            source.Pipeline,
            MergePatch.Apply(JsonNode.Parse(source.Request), patch)?.ToJsonString() ?? "null",
            terms with { CloneOf = source.Id, Tags = terms.Tags.Count > 0 ? terms.Tags : source.Tags, TimeLimit = terms.TimeLimit ?? source.TimeLimit },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same under an id that the caller has made: started again, it is the run that is there, whatever has become of it.</summary>
    public async ValueTask<RunRecord> StartAsync(
        DurableTaskClient client, string id, string pipelineName, string body, CancellationToken cancellationToken, string? waiter = null) =>
        await runs.FindAsync(id, cancellationToken).ConfigureAwait(false)
        ?? await StartNewAsync(new DurableRunInstances(client, pipelines), id, pipelineName, body, RunTerms.None, cancellationToken, waiter).ConfigureAwait(false);

    /// <inheritdoc cref="RunStarts.StartPendingAsync(IRunInstances, CancellationToken)"/>
    public ValueTask StartPendingAsync(DurableTaskClient client, CancellationToken cancellationToken) =>
        starts.StartPendingAsync(new DurableRunInstances(client, pipelines), cancellationToken);

    /// <inheritdoc cref="RunStarts.StartPendingAsync(string, IRunInstances, CancellationToken)"/>
    public ValueTask StartPendingAsync(DurableTaskClient client, string run, CancellationToken cancellationToken) =>
        starts.StartPendingAsync(run, new DurableRunInstances(client, pipelines), cancellationToken);

    private async ValueTask<RunRecord> StartNewAsync(
        IRunInstances? instances, string id, string pipelineName, string body, RunTerms terms, CancellationToken cancellationToken, string? waiter = null)
    {
        var pipeline = pipelines.Get(pipelineName);
        var request = ReadRequest(pipeline, body);
        if (request is IDatasetRequest { Source: var source })
        {
            DatasetCheck.CheckSettings(source);
            var stage = pipeline.FirstStage is { } name ? stages.Get(name) : null;
            await opening.CheckAsync(source, stage, cancellationToken).ConfigureAwait(false);
        }

        var (now, limit) = (time.GetUtcNow(), terms.TimeLimit ?? pipeline.TimeLimit);
        var run = new RunRecord
        {
            Id = id,
            Pipeline = pipeline.Name,
            State = RunState.Pending,
            Request = WriteRequest(pipeline, request),
            Tags = terms.Tags,
            CreatedAt = now,
            CloneOf = terms.CloneOf,
            IdempotencyKey = terms.IdempotencyKey,
            TimeLimit = limit,
            Deadline = now + limit,
            Waiter = waiter,
            Traceparent = EngineTracing.Traceparent,
        };

        return await starts.StartAsync(run, instances, cancellationToken).ConfigureAwait(false);
    }

    private object? ReadRequest(PipelineDefinition pipeline, string body)
    {
        if (pipeline.RequestType is not { } type)
        {
            return null;
        }

        try
        {
            var request = JsonSerializer.Deserialize(body, type, Strict) ?? throw new JsonException("The body is null.");
            if (pipeline.Name == WorkflowOrchestrator.Pipeline)
            {
                workflows.Check((JsonElement)request);
            }

            return request;
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadRequestBody, $"The body is no request of the pipeline '{pipeline.Name}': {exception.Message}", exception);
        }
    }

    // What is not plain ASCII grows: six characters for one.
    private static string WriteRequest(PipelineDefinition pipeline, object? request)
    {
        var json = request is null ? "null" : JsonSerializer.Serialize(request, pipeline.RequestType!, CelerityJson.Options);
        return json.Length <= MaxRequestChars
            ? json
            : throw new CelerityException(
                ErrorCodes.BodyTooLarge, $"The request of '{pipeline.Name}' is {json.Length:N0} characters long once it is written; the limit is {MaxRequestChars:N0}. Put what is large into a blob and name the blob.");
    }
}
