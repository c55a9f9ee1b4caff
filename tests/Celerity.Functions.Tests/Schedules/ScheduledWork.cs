using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Tests.Schedules;

/// <summary>A task that schedules send.</summary>
[CelerityTask("schedules.note", RateLimit = "100/m")]
public sealed record NoteTask(string Text);

/// <summary>What ran.</summary>
internal sealed class NoteBook
{
    public List<(string Id, string Text, string Due)> Notes { get; } = [];
}

// Every app of this assembly has it: it asks for its book only where it runs.
internal sealed class NoteHandler(IServiceProvider services) : ITaskHandler<NoteTask>
{
    public ValueTask<TaskOutcome> HandleAsync(NoteTask task, TaskContext context, CancellationToken cancellationToken)
    {
        var book = services.GetRequiredService<NoteBook>();
        lock (book.Notes)
        {
            book.Notes.Add((context.Id, task.Text, context.Headers["schedule-due"]));
        }

        return new(TaskOutcome.Completed);
    }
}

/// <summary>What the pipeline is asked for.</summary>
public sealed record NoteRequest(int Year, string? Text = null);

/// <summary>A pipeline that schedules start.</summary>
public static class NotePipeline
{
    /// <summary>Returns the year.</summary>
    [Pipeline("notes")]
    [Function(nameof(NotePipeline))]
    public static Task<int> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, NoteRequest request) => Task.FromResult(request.Year);
}
