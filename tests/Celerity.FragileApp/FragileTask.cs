using System.Text.Json;

namespace Celerity.FragileApp;

/// <summary>A task that goes the way that it is told.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("fragile.work", BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public record FragileTask(string Mark, string? Does = null)
{
    /// <summary>Gets the result of the link of its chain before it.</summary>
    public FragileResult? Previous { get; init; }

    /// <summary>Gets the results of the group that it is called back by.</summary>
    public IReadOnlyList<FragileResult>? Results { get; init; }

    /// <summary>Gets what has failed, where it is the error task of a chain.</summary>
    public JsonElement? Failure { get; init; }

    /// <summary>Gets what makes it large.</summary>
    public string? Filler { get; init; }
}

/// <summary>The same, on a queue that nobody listens to: it begins when a test moves it.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("parked.work", BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public sealed record ParkedTask(string Mark, string? Does = null) : FragileTask(Mark, Does);

/// <summary>The same, of which one runs at a time, on all instances together.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("mutex.work", Concurrency = 1, BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public sealed record MutexTask(string Mark, string? Does = null) : FragileTask(Mark, Does);

/// <summary>The same, so slow that of two the second is deferred, and so fast that a test can wait for it.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("limited.work", RateLimit = "25/m", BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public sealed record LimitedTask(string Mark, string? Does = null) : FragileTask(Mark, Does);

/// <summary>The same, needing what a circuit guards.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("guarded.work", Circuit = "guarded", BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public sealed record GuardedTask(string Mark, string? Does = null) : FragileTask(Mark, Does);

/// <summary>The same, several at a time.</summary>
/// <param name="Mark">The word by which a test finds it again.</param>
/// <param name="Does">Nothing, or what <see cref="FragileWorker"/> knows of.</param>
[CelerityTask("batched.work", BatchSize = 2, BatchWaitSeconds = 0.05, BackoffSeconds = 0.001, MaxBackoffSeconds = 0.001)]
public sealed record BatchedTask(string Mark, string? Does = null) : FragileTask(Mark, Does);

/// <summary>A result.</summary>
/// <param name="Text">The marks of the task and of all that it was given.</param>
/// <param name="Filler">What makes it large.</param>
public sealed record FragileResult(string Text, string? Filler = null);
