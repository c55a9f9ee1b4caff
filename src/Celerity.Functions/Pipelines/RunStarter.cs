using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.Stages.Sources;
using Celerity.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Starts runs. A run that was accepted begins, whatever crashes in between: <see cref="StartPendingAsync"/> sees to it.</summary>
internal sealed class RunStarter(
    PipelineRegistry pipelines, StageRegistry stages, RunStore runs, ITableStore tables, SourceOpening opening, TimeProvider time) : IPipelineCheck
{
    private const string PendingPartition = "pending-runs";

    // A run keeps its request in one table property.
    private const int MaxRequestChars = 32_000;

    private static readonly TimeSpan PendingAge = TimeSpan.FromMinutes(1);

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

    /// <summary>Checks a request and starts its run.</summary>
    /// <exception cref="CelerityException">The pipeline is unknown, the request does not fit, or its dataset cannot be read. Nothing was changed.</exception>
    public ValueTask<RunRecord> StartAsync(DurableTaskClient client, string pipelineName, string body, CancellationToken cancellationToken) =>
        StartNewAsync(client, RunKey.NewId(time), pipelineName, body, cancellationToken);

    /// <summary>The same under an id that the caller has made: started again, it is the run that is there, whatever has become of it.</summary>
    public async ValueTask<RunRecord> StartAsync(DurableTaskClient client, string id, string pipelineName, string body, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken).ConfigureAwait(false)
        ?? await StartNewAsync(client, id, pipelineName, body, cancellationToken).ConfigureAwait(false);

    /// <summary>Starts the runs whose start was interrupted.</summary>
    public async ValueTask StartPendingAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - PendingAge;
        await foreach (var note in tables.QueryAsync(StorageNames.ControlTable, new TableQuery(PendingPartition), cancellationToken).ConfigureAwait(false))
        {
            if (note.FindTime("at") > oldest)
            {
                continue;
            }

            var etag = note.ETag;
            if (await runs.FindAsync(note.RowKey, cancellationToken).ConfigureAwait(false) is { State: RunState.Pending } run)
            {
                // Refused: somebody has just begun to start it again.
                if (await tables.TryReplaceAsync(StorageNames.ControlTable, NewNote(run.Id), etag, cancellationToken).ConfigureAwait(false) is not { } renewed)
                {
                    continue;
                }

                etag = renewed;
                await ScheduleAsync(client, pipelines.Get(run.Pipeline), run, cancellationToken).ConfigureAwait(false);
            }

            _ = await tables.TryDeleteAsync(StorageNames.ControlTable, PendingPartition, note.RowKey, etag, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<RunRecord> StartNewAsync(
        DurableTaskClient client, string id, string pipelineName, string body, CancellationToken cancellationToken)
    {
        var pipeline = pipelines.Get(pipelineName);
        var request = ReadRequest(pipeline, body);
        if (request is IDatasetRequest { Source: var source })
        {
            DatasetCheck.CheckSettings(source);
            var stage = pipeline.FirstStage is { } name ? stages.Get(name) : null;
            await opening.CheckAsync(source, stage, cancellationToken).ConfigureAwait(false);
        }

        var run = new RunRecord
        {
            Id = id,
            Pipeline = pipeline.Name,
            State = RunState.Pending,
            Request = WriteRequest(pipeline, request),
            CreatedAt = time.GetUtcNow(),
        };

        // The note is written before the run, so that a crash right after the run's row does not leave it pending for ever.
        var etag = await WriteNoteAsync(run.Id, cancellationToken).ConfigureAwait(false);
        if (!await runs.TryInsertAsync(run, cancellationToken).ConfigureAwait(false))
        {
            // Another starts it now; or it has died, and the note tells. Two that start one orchestration might start it twice.
            return await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? run;
        }

        await ScheduleAsync(client, pipeline, run, cancellationToken).ConfigureAwait(false);
        _ = await tables.TryDeleteAsync(StorageNames.ControlTable, PendingPartition, run.Id, etag, cancellationToken).ConfigureAwait(false);
        return run;
    }

    private TableRow NewNote(string run) => new(PendingPartition, run, new Dictionary<string, object> { ["at"] = time.GetUtcNow() });

    // One of an earlier start is renewed: else it might be taken away before the run's row is there, or acted upon beside us.
    private async ValueTask<string> WriteNoteAsync(string run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var note = NewNote(run);
            if (await tables.TryInsertAsync(StorageNames.ControlTable, note, cancellationToken).ConfigureAwait(false) is { } inserted)
            {
                return inserted;
            }

            if (await tables.FindAsync(StorageNames.ControlTable, PendingPartition, run, cancellationToken).ConfigureAwait(false) is { } stored
                && await tables.TryReplaceAsync(StorageNames.ControlTable, note, stored.ETag, cancellationToken).ConfigureAwait(false) is { } renewed)
            {
                return renewed;
            }
        }
    }

    private static object? ReadRequest(PipelineDefinition pipeline, string body)
    {
        if (pipeline.RequestType is not { } type)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body, type, Strict) ?? throw new JsonException("The body is null.");
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

    private static async ValueTask ScheduleAsync(
        DurableTaskClient client, PipelineDefinition pipeline, RunRecord run, CancellationToken cancellationToken)
    {
        var instance = RunInstance.Of(run.Id, run.Generation);
        if (await client.GetInstanceAsync(instance, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        using var request = JsonDocument.Parse(run.Request);
        var progress = new RunProgress(run.Id, run.Generation, pipeline.Function, request.RootElement);
        await client.ScheduleNewOrchestrationInstanceAsync(
            FunctionNames.Run, CelerityJson.Write(progress), new StartOrchestrationOptions(instance), cancellationToken).ConfigureAwait(false);
    }
}
