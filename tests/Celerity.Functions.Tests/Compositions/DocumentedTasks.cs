using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>A task of <c>docs/workflows.md</c>, as the others here.</summary>
[CelerityTask("geocode")]
public sealed record DocumentedGeocode(string City);

[CelerityTask("draw-map")]
internal sealed record DocumentedMap(string Title);

[CelerityTask("fetch-page")]
internal sealed record DocumentedFetch;

[CelerityTask("count-words")]
internal sealed record DocumentedCount;

[CelerityTask("tell")]
internal sealed record DocumentedTell;

[CelerityTask("publish")]
internal sealed record DocumentedPublish(string By);

[CelerityTask("book-hotel")]
internal sealed record DocumentedBook(string City);

[CelerityTask("cancel-hotel")]
internal sealed record DocumentedCancel;

[CelerityTask("charge-card")]
internal sealed record DocumentedCharge(int Amount);

internal sealed class DocumentedHandler
    : ITaskHandler<DocumentedGeocode>, ITaskHandler<DocumentedMap>, ITaskHandler<DocumentedFetch>, ITaskHandler<DocumentedCount>, ITaskHandler<DocumentedTell>,
        ITaskHandler<DocumentedPublish>, ITaskHandler<DocumentedBook>, ITaskHandler<DocumentedCancel>, ITaskHandler<DocumentedCharge>
{
    public ValueTask<TaskOutcome> HandleAsync(DocumentedGeocode task, TaskContext context, CancellationToken cancellationToken) => EndAsync($"place of {task.City}");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedMap task, TaskContext context, CancellationToken cancellationToken) => EndAsync($"map of {task.Title}");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedFetch task, TaskContext context, CancellationToken cancellationToken) => EndAsync("page");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedCount task, TaskContext context, CancellationToken cancellationToken) => EndAsync(7);

    public ValueTask<TaskOutcome> HandleAsync(DocumentedTell task, TaskContext context, CancellationToken cancellationToken) => EndAsync("told");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedPublish task, TaskContext context, CancellationToken cancellationToken) => EndAsync($"published by {task.By}");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedBook task, TaskContext context, CancellationToken cancellationToken) => EndAsync(new { Price = 90 });

    public ValueTask<TaskOutcome> HandleAsync(DocumentedCancel task, TaskContext context, CancellationToken cancellationToken) => EndAsync("cancelled");

    public ValueTask<TaskOutcome> HandleAsync(DocumentedCharge task, TaskContext context, CancellationToken cancellationToken) => EndAsync($"charged {task.Amount}");

    private static ValueTask<TaskOutcome> EndAsync(object result) => ValueTask.FromResult(TaskOutcome.CompletedWith(result));
}

/// <summary>The pipeline that a document of <c>docs/workflows.md</c> runs.</summary>
public static class DocumentedPipeline
{
    /// <summary>Returns a title.</summary>
    [Pipeline("monthly-report")]
    [Function(nameof(DocumentedPipeline))]
    public static Task<DocumentedReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, DocumentedMonth request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(new DocumentedReport($"Report of {request.Month}"));
    }
}

/// <summary>What it is asked for.</summary>
public sealed record DocumentedMonth(string Month);

/// <summary>What it comes to.</summary>
public sealed record DocumentedReport(string Title);
