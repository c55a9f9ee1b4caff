using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Celerity;

/// <summary>The facts of one attempt, and what its handler may say while it runs. Safe for concurrent use.</summary>
public sealed class TaskContext
{
    /// <summary>Gets the task's id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the attempt's number, 1 on the first. A deferral is not an attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets when the time limit ends this attempt.</summary>
    public DateTimeOffset Deadline { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Gets the id that ties this task to what caused it, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the sender's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the sender's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets what fires at the task's soft time limit, some time before its hard one: wrap up. Never fires where the task has none.</summary>
    public CancellationToken SoftLimit { get; init; }

    /// <summary>Gets a logger for the task. What is logged while the handler runs, here or elsewhere, has the task's id, name, attempt and correlation id in scope.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Gets why the handler's token has fired.</summary>
    public TaskStopReason StopReason => StopReasonOf?.Invoke() ?? TaskStopReason.None;

    internal DateTimeOffset? SentAt { get; init; }

    internal string Queue { get; init; } = "";

    internal Func<TaskStopReason>? StopReasonOf { get; init; }

    internal ITaskSignals? Signals { get; init; }

    /// <summary>Says how far the attempt is. Costs nothing by itself: the latest is stored every few seconds, with the task's record.</summary>
    /// <param name="fraction">0 to 1; what lies beyond is cut off.</param>
    /// <param name="message">A word for people, at most 200 characters; the rest is cut off.</param>
    public void ReportProgress(double fraction, string? message = null) => Signals?.ReportProgress(fraction, message);

    /// <summary>
    /// Says that the attempt is alive, and asks whether it is still wanted; for loops that do not pass their token on. The time is stored with
    /// the progress, every few seconds at most.
    /// </summary>
    /// <param name="cancellationToken">The handler's token.</param>
    /// <exception cref="OperationCanceledException">The handler is to stop, as <see cref="StopReason"/> says.</exception>
    public ValueTask HeartbeatAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Signals?.Heartbeat();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells the app's observers something of your own. Returns when all have been called; their failures are logged.</summary>
    /// <param name="name">What happened.</param>
    /// <param name="data">Anything that goes with it.</param>
    public ValueTask EmitAsync(string name, object? data = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Signals?.EmitAsync(name, data) ?? ValueTask.CompletedTask;
    }
}

/// <summary>Where a context's words go.</summary>
internal interface ITaskSignals
{
    void ReportProgress(double fraction, string? message);

    void Heartbeat();

    ValueTask EmitAsync(string name, object? data);
}
