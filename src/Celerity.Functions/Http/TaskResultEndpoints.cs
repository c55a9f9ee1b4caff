using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Tasks.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows tasks, and sends them again.</summary>
public static class TaskResultEndpoints
{
    private const int MaxWaitSeconds = 60;

    /// <summary>
    /// Shows a task: state, timings, attempts, payload and result without secrets. With <c>wait</c> (0 to 60 seconds) it answers when the task has ended, or
    /// when the time is up. 200; 404 where nothing is stored of it.
    /// </summary>
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
            var task = await context.InstanceServices.GetRequiredService<TaskDetails>().FindAsync(id, wait, gone.Token).ConfigureAwait(false);
            return Endpoint.Json(View(task ?? throw TaskResults.Unknown(id)));
        });
    }

    /// <summary>
    /// Sends a task again that is a dead letter: 202 with the action, and the id of the new task. 404 where there is no such task; 409 where it has not died, or
    /// was sent again before. The body may have <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityRetryTask")]
    public static Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{id}/retry")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var letters = context.InstanceServices.GetRequiredService<IDeadLetters>();
            try
            {
                var action = await DeadLetterEndpoints.ReplayAsync(letters, id, new ReplayOptions(), body.NoteOf(request), client, context).ConfigureAwait(false);
                return Endpoint.Json(new { Action = action.Id, Task = action.TaskId }, StatusCodes.Status202Accepted);
            }
            catch (CelerityException exception) when (exception.Code == ErrorCodes.UnknownDeadLetter)
            {
                var task = await context.InstanceServices.GetRequiredService<ITaskResults>().FindAsync(id, context.CancellationToken).ConfigureAwait(false)
                    ?? throw TaskResults.Unknown(id);
                throw new CelerityException(
                    ErrorCodes.NotReplayable,
                    task.State == TaskState.DeadLettered
                        ? $"The dead letter of '{task.Task}' {id} was purged, or is older than letters are kept."
                        : $"The task '{task.Task}' {id} is {task.State}; only one that is a dead letter can be sent again.",
                    exception);
            }
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

    private static JsonObject View(TaskDetail detail)
    {
        var view = JsonSerializer.SerializeToNode(detail.Task, CelerityJson.Options)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(detail, CelerityJson.Options)!.AsObject().Where(part => part.Key != "task").ToList())
        {
            view[name] = value?.DeepClone();
        }

        return view;
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
