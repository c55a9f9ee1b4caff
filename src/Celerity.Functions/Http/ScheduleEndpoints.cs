using Celerity.Functions.Pipelines;
using Celerity.Schedules;
using Celerity.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Schedules: what they are, when they fire next, what they fired, and changes while the app runs.</summary>
public static class ScheduleEndpoints
{
    private const int MaxFirings = 200;
    private const int DefaultFirings = 20;

    /// <summary>Lists all schedules, with warnings where together they exceed a rate limit within the next hour: 200.</summary>
    [Function("CelerityListSchedules")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var (schedules, warnings) = await Views(context).ListAsync(context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Schedules = schedules.Select(schedule => Masked(schedule, context)), Warnings = warnings });
        });
    }

    /// <summary>Shows a schedule: its next firings and its latest ones, <c>firings</c> of them (1 to 200, default 20).</summary>
    [Function("CelerityGetSchedule")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules/{name}")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var firings = Endpoint.ReadNumber(request, "firings", 1, MaxFirings, DefaultFirings);
            return Endpoint.Json(Masked(await Views(context).GetAsync(name, firings, context.CancellationToken).ConfigureAwait(false), context));
        });
    }

    /// <summary>Defines a schedule, or edits one: 201 or 200 with the schedule; 409 where code or configuration defines it.</summary>
    [Function("CelerityPutSchedule")]
    public static Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "schedules/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await ScheduleBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var isNew = await Control(context)
                .PutAsync(name, body.Options, body.NoteOf(request), Pipelines(context, client), context.CancellationToken).ConfigureAwait(false);
            var view = await Views(context).GetAsync(name, 1, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(Masked(view, context), isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        });
    }

    /// <summary>Deletes a schedule: 200; 409 where code or configuration defines it. What it has fired runs on.</summary>
    [Function("CelerityDeleteSchedule")]
    public static Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "schedules/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, name, client, context, async (control, note, pipelines) =>
        {
            await control.DeleteAsync(name, note, pipelines, context.CancellationToken).ConfigureAwait(false);
            return new { Schedule = name, Changed = true };
        });

    /// <summary>Keeps a schedule from firing: 200.</summary>
    [Function("CelerityPauseSchedule")]
    public static Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/pause")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, name, client, context, async (control, note, pipelines) =>
            new { Schedule = name, Changed = await control.PauseAsync(name, note, pipelines, context.CancellationToken).ConfigureAwait(false) });

    /// <summary>Lets a schedule fire again, from now on: 200.</summary>
    [Function("CelerityResumeSchedule")]
    public static Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/resume")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, name, client, context, async (control, note, pipelines) =>
            new { Schedule = name, Changed = await control.ResumeAsync(name, note, pipelines, context.CancellationToken).ConfigureAwait(false) });

    /// <summary>Fires a schedule now: 200 with the id of its task or run.</summary>
    [Function("CelerityRunSchedule")]
    public static Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/run")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, name, client, context, async (control, note, pipelines) =>
            new { Schedule = name, Id = await control.RunAsync(name, note, pipelines, context.CancellationToken).ConfigureAwait(false) });

    private static ScheduleView Masked(ScheduleView schedule, FunctionContext context) => schedule is { Task: { } task, Payload: { } payload }
        ? schedule with { Payload = context.InstanceServices.GetRequiredService<SecretPayloads>().Mask(task, payload) }
        : schedule;

    private static ScheduleViews Views(FunctionContext context) => context.InstanceServices.GetRequiredService<ScheduleViews>();

    private static ScheduleControl Control(FunctionContext context) => context.InstanceServices.GetRequiredService<ScheduleControl>();

    private static PipelineStarts Pipelines(FunctionContext context, DurableTaskClient client) =>
        ActivatorUtilities.CreateInstance<PipelineStarts>(context.InstanceServices, client);

    private static Task<IResult> ChangeAsync<T>(
        HttpRequest request, string name, DurableTaskClient client, FunctionContext context, Func<ScheduleControl, ActionNote, PipelineStarts, Task<T>> change)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(await change(Control(context), body.NoteOf(request), Pipelines(context, client)).ConfigureAwait(false));
        });
    }
}
