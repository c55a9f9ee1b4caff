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

    /// <summary>
    /// Lists tasks, the newest first: 200, a page with <c>next</c>, which may be there although the page is not full. Query: <c>state</c>, <c>task</c>,
    /// <c>queue</c>, <c>tag</c>, <c>run</c>, <c>correlation</c>, <c>from</c>, <c>to</c>, <c>text</c> (1 to 200 characters of the payload), <c>limit</c>
    /// (1 to 200, default 50), and <c>after</c>, the <c>next</c> of the page before.
    /// </summary>
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
                Task = Text("task"),
                Queue = Text("queue"),
                Tag = Text("tag"),
                Run = Text("run"),
                CorrelationId = Text("correlation"),
                From = QueryValue.Time("from", Text("from")),
                To = QueryValue.Time("to", Text("to")),
                Text = Text("text"),
                After = Text("after"),
                Limit = Endpoint.ReadNumber(request, "limit", 1, 200, otherwise: 50),
            };
            return Endpoint.Json(await context.InstanceServices.GetRequiredService<ITaskResults>()
                .ListAsync(query, context.CancellationToken).ConfigureAwait(false));
        });

        string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
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
