using Celerity.Handover;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

internal sealed partial class TaskSettlement
{
    private void LogNext(TaskPass pass, TaskVerdict.Next next)
    {
        if (next.Failure is { } failure)
        {
            LogRetry(logger, pass.Envelope.Task, pass.Envelope.Id, pass.Row.Attempt, failure.Category, failure.Type, failure.Message, next.Delay);
        }
        else
        {
            LogDeferred(logger, pass.Envelope.Task, pass.Envelope.Id, next.Delay);
        }
    }

    private void LogEnd(TaskPass pass, ControlRow ended)
    {
        if (ended.State == TaskState.DeadLettered)
        {
            LogDead(logger, pass.Envelope.Task, pass.Envelope.Id, ended.Attempt, ended.Ending!.Category, ended.Ending.Reason);
        }
        else
        {
            LogEnded(logger, pass.Envelope.Task, pass.Envelope.Id, ended.State, ended.Attempt);
        }
    }

    [LoggerMessage(2010, LogLevel.Warning, "Attempt {Attempt} of task {Task} {Id} failed ({Category}, {Type}: {Reason}); the next comes in {Delay}")]
    private static partial void LogRetry(
        ILogger logger, string task, string id, int attempt, ErrorCategory category, string type, string reason, TimeSpan delay);

    [LoggerMessage(2011, LogLevel.Debug, "Task {Task} {Id} was put back for {Delay}")]
    private static partial void LogDeferred(ILogger logger, string task, string id, TimeSpan delay);

    [LoggerMessage(2012, LogLevel.Error, "Task {Task} {Id} is a dead letter after attempt {Attempt} ({Category}: {Reason})")]
    private static partial void LogDead(ILogger logger, string task, string id, int attempt, ErrorCategory? category, string? reason);

    [LoggerMessage(2013, LogLevel.Debug, "Task {Task} {Id} ended as {State} at attempt {Attempt}")]
    private static partial void LogEnded(ILogger logger, string task, string id, TaskState state, int attempt);

    [LoggerMessage(2014, LogLevel.Information, "Task {Task} {Id} went on elsewhere; this pass, which ended as {State}, does not count")]
    private static partial void LogFenced(ILogger logger, string task, string id, TaskState state);
}
