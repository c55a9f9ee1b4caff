using System.Globalization;
using Celerity.Tasks.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows tasks.</summary>
public static class TaskResultEndpoints
{
    private const int MaxWaitSeconds = 60;

    /// <summary>Shows a task: state, timings, failures, result. With <c>wait</c> (0 to 60 seconds) it answers when the task has ended, or when the time is up.</summary>
    [Function("CelerityGetTask")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks/{id}")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var wait = Endpoint.ReadWait(request, MaxWaitSeconds);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, request.HttpContext.RequestAborted);
            var task = await context.InstanceServices.GetRequiredService<ITaskResults>().WaitAsync(id, wait, gone.Token).ConfigureAwait(false);
            return Endpoint.Json(task ?? throw TaskResults.Unknown(id));
        });
    }

    /// <summary>Lists tasks, the newest first: <c>state</c>, <c>task</c>, <c>limit</c> (1 to 200, default 50), and <c>after</c>, the <c>next</c> of the page before.</summary>
    [Function("CelerityListTasks")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var query = new TaskListQuery
            {
                State = ReadState(request),
                Task = request.Query["task"].ToString() is { Length: > 0 } task ? task : null,
                After = request.Query["after"].ToString() is { Length: > 0 } after ? after : null,
                Limit = Endpoint.ReadNumber(request, "limit", 1, 200, otherwise: 50),
            };
            return Endpoint.Json(await context.InstanceServices.GetRequiredService<ITaskResults>()
                .ListAsync(query, context.CancellationToken).ConfigureAwait(false));
        });
    }

    private static TaskState? ReadState(HttpRequest request) => request.Query["state"].ToString() switch
    {
        "" => null,
        { } text when Enum.TryParse<TaskState>(text, ignoreCase: true, out var state) && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) =>
            state,
        _ => throw new CelerityException(
            ErrorCodes.SettingOutOfRange, $"state must be one of {string.Join(", ", Enum.GetNames<TaskState>()).ToLowerInvariant()}."),
    };
}
