using Celerity.DeadLetters;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Pipelines;
using Celerity.Secrets;
using Celerity.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows dead letters, replays and purges them.</summary>
public static class DeadLetterEndpoints
{
    /// <summary>The largest body of an import.</summary>
    private const int MaxImportBytes = 16 * 1024 * 1024;

    /// <summary>Lists groups, those first that hurt most: 200. Query: <c>task</c>, <c>category</c>, <c>severity</c>, <c>exception</c>, <c>limit</c> (1 to 1,000).</summary>
    [Function("CelerityListDeadLetterGroups")]
    public static Task<IResult> ListGroupsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letter-groups")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async letters => Endpoint.Json(await letters.ListGroupsAsync(
            DeadLetterQuery.Read(request), Endpoint.ReadNumber(request, "limit", 1, 1000, otherwise: 100), context.CancellationToken).ConfigureAwait(false)));

    /// <summary>
    /// Lists letters: 200, a page with <c>next</c>; with <c>format=csv</c> all of them, as a file without payloads. Query: as for groups, and <c>group</c>,
    /// <c>queue</c>, <c>run</c>, <c>state</c>, <c>since</c>, <c>before</c>, <c>after</c>, <c>limit</c> (1 to 200).
    /// </summary>
    [Function("CelerityListDeadLetters")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var filter = DeadLetterQuery.Read(request);
            switch (DeadLetterQuery.Text(request, "format"))
            {
                case null or "json":
                    return Endpoint.Json(await letters.ListAsync(
                        filter,
                        DeadLetterQuery.Text(request, "after"),
                        Endpoint.ReadNumber(request, "limit", 1, 200, otherwise: 50),
                        context.CancellationToken).ConfigureAwait(false));
                case "csv":
                    return Results.Stream(
                        body => DeadLetterText.WriteCsvAsync(letters.ExportAsync(filter, context.CancellationToken), body, context.CancellationToken),
                        "text/csv; charset=utf-8",
                        "dead-letters.csv");
                default:
                    throw new CelerityException(ErrorCodes.SettingOutOfRange, "format must be json or csv. GET /api/dead-letter-export gives NDJSON.");
            }
        });

    /// <summary>
    /// Writes letters whole, one a line, as they can be imported: 200. Query: as for lists. Secrets are in it, since without them nothing could be replayed,
    /// so a reader's key does not open it.
    /// </summary>
    [Function("CelerityExportDeadLetters")]
    public static Task<IResult> ExportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letter-export")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, letters =>
        {
            var filter = DeadLetterQuery.Read(request);
            return Task.FromResult(Results.Stream(
                body => DeadLetterText.WriteNdjsonAsync(letters.ExportAsync(filter, context.CancellationToken), body, context.CancellationToken),
                "application/x-ndjson",
                "dead-letters.ndjson"));
        });

    /// <summary>Keeps letters that were exported as NDJSON, here or elsewhere: 200 with their count.</summary>
    [Function("CelerityImportDeadLetters")]
    public static Task<IResult> ImportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letters")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var body = await Endpoint.ReadBytesAsync(request, MaxImportBytes, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Count = await letters.ImportAsync(DeadLetterText.ReadNdjsonAsync(body), context.CancellationToken).ConfigureAwait(false) });
        });

    /// <summary>Shows one letter, whole but for secrets: 200. Its id, or that of its task.</summary>
    [Function("CelerityGetDeadLetter")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters/{id}")] HttpRequest request, string id, FunctionContext context) =>
        RunAsync(request, context, async letters => Endpoint.Json(context.InstanceServices.GetRequiredService<SecretPayloads>().Mask(
            await letters.FindAsync(id, context.CancellationToken).ConfigureAwait(false) ?? throw DeadLetterControl.Unknown(id))));

    /// <summary>
    /// Replays one letter: 200 with the id of the new task, or of the chunk in the new generation of its run. The body may have a <c>payload</c> to send
    /// instead, <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityReplayDeadLetter")]
    public static Task<IResult> ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letters/{id}/replay")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var body = await DeadLetterBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(await ReplayAsync(letters, id, body.Options, body.NoteOf(request), client, context).ConfigureAwait(false));
        });

    /// <summary>
    /// Replays the open letters of a <c>filter</c>: 202 with the action; with <c>dryRun</c> 200 with what it would do. The body may have a <c>canary</c>, a
    /// <c>rate</c>, <c>maxReplays</c>, <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityReplayDeadLetters")]
    public static Task<IResult> ReplayAllAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letter-replays")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var body = await DeadLetterBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return body.DryRun
                ? Endpoint.Json(await letters.PreviewReplayAsync(body.RequireFilter(), body.Options, context.CancellationToken).ConfigureAwait(false))
                : await AcceptAsync(
                    await letters.ReplayAsync(body.RequireFilter(), body.Options, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false),
                    client,
                    context).ConfigureAwait(false);
        });

    /// <summary>Deletes the letters of a <c>filter</c>: 202 with the action; with <c>dryRun</c> 200 with what it would do.</summary>
    [Function("CelerityPurgeDeadLetters")]
    public static Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letter-purges")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var body = await DeadLetterBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return body.DryRun
                ? Endpoint.Json(await letters.PreviewPurgeAsync(body.RequireFilter(), context.CancellationToken).ConfigureAwait(false))
                : await AcceptAsync(
                    await letters.PurgeAsync(body.RequireFilter(), body.NoteOf(request), context.CancellationToken).ConfigureAwait(false), client, context)
                    .ConfigureAwait(false);
        });

    /// <summary>Lists replays and purges, the newest first: 200.</summary>
    [Function("CelerityListDeadLetterActions")]
    public static Task<IResult> ListActionsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letter-actions")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async letters => Endpoint.Json(new
        {
            Actions = await letters.ListActionsAsync(Endpoint.ReadNumber(request, "limit", 1, 200, otherwise: 50), context.CancellationToken).ConfigureAwait(false),
        }));

    /// <summary>Shows how far a replay or purge is: 200.</summary>
    [Function("CelerityGetDeadLetterAction")]
    public static Task<IResult> GetActionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letter-actions/{id}")] HttpRequest request, string id, FunctionContext context) =>
        RunAsync(request, context, async letters => Endpoint.Json(await letters.FindActionAsync(id, context.CancellationToken).ConfigureAwait(false)
            ?? throw new CelerityException(ErrorCodes.UnknownAction, $"There is no action '{id.AtMost(100)}' on dead letters.")));

    /// <summary>Stops a replay or purge: 200.</summary>
    [Function("CelerityCancelDeadLetterAction")]
    public static Task<IResult> CancelActionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letter-actions/{id}/cancel")] HttpRequest request, string id, FunctionContext context) =>
        RunAsync(request, context, async letters =>
        {
            var body = await DeadLetterBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new
            {
                Action = id,
                Changed = await letters.CancelActionAsync(id, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false),
            });
        });

    /// <summary>Replays one letter; of a chunk, its run is started again at once.</summary>
    internal static async Task<DeadLetterAction> ReplayAsync(
        IDeadLetters letters, string id, ReplayOptions options, ActionNote note, DurableTaskClient client, FunctionContext context)
    {
        var action = await letters.ReplayAsync(id, options, note, context.CancellationToken).ConfigureAwait(false);
        if (action.TaskId is { } task && StageKey.TryParseChunk(task) is var (stage, _))
        {
            await context.InstanceServices.GetRequiredService<RunStarter>().StartPendingAsync(client, stage.Run, context.CancellationToken).ConfigureAwait(false);
        }

        return action;
    }

    private static async Task<IResult> AcceptAsync(DeadLetterAction action, DurableTaskClient client, FunctionContext context)
    {
        await ActionStarter.StartAsync(client, action.Id, context.CancellationToken).ConfigureAwait(false);
        return Endpoint.Json(action, StatusCodes.Status202Accepted);
    }

    private static Task<IResult> RunAsync(HttpRequest request, FunctionContext context, Func<IDeadLetters, Task<IResult>> endpoint)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(() => endpoint(context.InstanceServices.GetRequiredService<IDeadLetters>()));
    }
}
