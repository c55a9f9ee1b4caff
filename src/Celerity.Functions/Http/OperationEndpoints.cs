using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Pauses, settings at run time, and the audit of them.</summary>
public static class OperationEndpoints
{
    /// <summary>Pauses a queue: 200.</summary>
    [Function("CelerityPauseQueue")]
    public static Task<IResult> PauseQueueAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "queues/{name}/pause")] HttpRequest request, string name, FunctionContext context) =>
        ChangeQueueAsync(request, name, context, (control, note) => control.PauseQueueAsync(name, note, context.CancellationToken));

    /// <summary>Resumes a queue: 200.</summary>
    [Function("CelerityResumeQueue")]
    public static Task<IResult> ResumeQueueAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "queues/{name}/resume")] HttpRequest request, string name, FunctionContext context) =>
        ChangeQueueAsync(request, name, context, (control, note) => control.ResumeQueueAsync(name, note, context.CancellationToken));

    /// <summary>Pauses a task by its name: 200.</summary>
    [Function("CelerityPauseTask")]
    public static Task<IResult> PauseTaskAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "task-types/{name}/pause")] HttpRequest request, string name, FunctionContext context) =>
        ChangeTaskAsync(request, name, context, (control, note) => control.PauseTaskAsync(name, note, context.CancellationToken));

    /// <summary>Resumes a task by its name: 200.</summary>
    [Function("CelerityResumeTask")]
    public static Task<IResult> ResumeTaskAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "task-types/{name}/resume")] HttpRequest request, string name, FunctionContext context) =>
        ChangeTaskAsync(request, name, context, (control, note) => control.ResumeTaskAsync(name, note, context.CancellationToken));

    /// <summary>Lists what is paused: 200.</summary>
    [Function("CelerityListPauses")]
    public static Task<IResult> ListPausesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pauses")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
            Endpoint.Json(new { Pauses = await Control(context).ListPausesAsync(context.CancellationToken).ConfigureAwait(false) }));
    }

    /// <summary>Tells what is set for a task at run time: 200.</summary>
    [Function("CelerityGetTaskSettings")]
    public static Task<IResult> GetSettingsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "task-types/{name}/settings")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(
            new { Task = name, Settings = await Control(context).GetSettingsAsync(name, context.CancellationToken).ConfigureAwait(false) }));
    }

    /// <summary>Sets a task at run time: 200. The body has <c>settings</c>; none at all undoes everything.</summary>
    [Function("CelerityPutTaskSettings")]
    public static Task<IResult> PutSettingsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "task-types/{name}/settings")] HttpRequest request, string name, FunctionContext context) =>
        ChangeAsync(request, context, async (control, note, body) =>
        {
            var settings = body.Settings ?? throw new CelerityException(
                ErrorCodes.BadRequestBody, """The body has no settings. Send {"settings":{"RateLimit":"10/s"},"why":"…"}; {"settings":{}} undoes what was set.""");
            await control.SetAsync(name, settings, note, context.CancellationToken).ConfigureAwait(false);
            return new { Task = name, Settings = settings };
        });

    /// <summary>Lists what was changed, the newest first: 200.</summary>
    [Function("CelerityListAudit")]
    public static Task<IResult> ListAuditAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var after = request.Query["after"].ToString() is { Length: > 0 } cursor ? cursor : null;
            var limit = Endpoint.ReadNumber(request, "limit", 1, 200, 100);
            return Endpoint.Json(await Control(context).ListAuditAsync(after, limit, context.CancellationToken).ConfigureAwait(false));
        });
    }

    private static IAppControl Control(FunctionContext context) => context.InstanceServices.GetRequiredService<IAppControl>();

    private static Task<IResult> ChangeQueueAsync(HttpRequest request, string queue, FunctionContext context, Func<IAppControl, ActionNote, Task<bool>> change) =>
        ChangeAsync(request, context, async (control, note, _) => new { Queue = queue, Changed = await change(control, note).ConfigureAwait(false) });

    private static Task<IResult> ChangeTaskAsync(HttpRequest request, string task, FunctionContext context, Func<IAppControl, ActionNote, Task<bool>> change) =>
        ChangeAsync(request, context, async (control, note, _) => new { Task = task, Changed = await change(control, note).ConfigureAwait(false) });

    private static Task<IResult> ChangeAsync<T>(HttpRequest request, FunctionContext context, Func<IAppControl, ActionNote, OperationBody, Task<T>> change)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(await change(Control(context), body.NoteOf(request), body).ConfigureAwait(false));
        });
    }
}
