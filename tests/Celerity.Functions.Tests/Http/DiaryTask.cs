using Microsoft.Extensions.Logging;

namespace Celerity.Functions.Tests.Http;

/// <summary>A task whose handler logs what it is told, and fails.</summary>
[CelerityTask("http.diary", MaxAttempts = 2, BackoffSeconds = 1)]
public sealed record DiaryTask(string Text);

/// <summary>Logs it.</summary>
internal sealed partial class DiaryHandler(ILogger<DiaryHandler> logger) : ITaskHandler<DiaryTask>
{
    public ValueTask<TaskOutcome> HandleAsync(DiaryTask task, TaskContext context, CancellationToken cancellationToken)
    {
        LogText(logger, task.Text);
        return ValueTask.FromResult(context.Attempt == 1 ? TaskOutcome.Retry() : TaskOutcome.DeadLetter("it is written"));
    }

    [LoggerMessage(1, LogLevel.Information, "It says {Text}")]
    private static partial void LogText(ILogger logger, string text);
}
