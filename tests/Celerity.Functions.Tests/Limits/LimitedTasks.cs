namespace Celerity.Functions.Tests.Limits;

/// <summary>At most four run at once.</summary>
[CelerityTask("limits.slots", Concurrency = 4)]
public sealed record SlottedTask(int Number);

/// <summary>At most one runs at once for each key.</summary>
[CelerityTask("limits.keyed", ConcurrencyPerKey = 1)]
public sealed record KeyedTask(int Number);

/// <summary>At most ten start in a second.</summary>
[CelerityTask("limits.rated", RateLimit = "10/s")]
public sealed record RatedTask(int Number);

/// <summary>Runs for as long as a test says.</summary>
[CelerityTask("limits.plain")]
public sealed record PlainTask(int Number);

/// <summary>What ran, and when.</summary>
internal sealed class Diary(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _running = [];

    /// <summary>Gets or sets how long a task runs.</summary>
    public TimeSpan Length { get; set; } = TimeSpan.FromSeconds(1);

    public List<(string Task, string Id, DateTimeOffset At)> Starts { get; } = [];

    /// <summary>Gets how many ran at once at most, by task.</summary>
    public Dictionary<string, int> Most { get; } = [];

    public async ValueTask<TaskOutcome> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Starts.Add((context.Name, context.Id, time.GetUtcNow()));
            _running[context.Name] = _running.GetValueOrDefault(context.Name) + 1;
            Most[context.Name] = Math.Max(Most.GetValueOrDefault(context.Name), _running[context.Name]);
        }

        if (Length > TimeSpan.Zero)
        {
            await Task.Delay(Length, time, cancellationToken);
        }

        lock (_gate)
        {
            _running[context.Name]--;
        }

        return TaskOutcome.Completed;
    }
}

internal sealed class LimitedHandler(Diary diary)
    : ITaskHandler<SlottedTask>, ITaskHandler<KeyedTask>, ITaskHandler<RatedTask>, ITaskHandler<PlainTask>
{
    public ValueTask<TaskOutcome> HandleAsync(SlottedTask task, TaskContext context, CancellationToken cancellationToken) => diary.RunAsync(context, cancellationToken);

    public ValueTask<TaskOutcome> HandleAsync(KeyedTask task, TaskContext context, CancellationToken cancellationToken) => diary.RunAsync(context, cancellationToken);

    public ValueTask<TaskOutcome> HandleAsync(RatedTask task, TaskContext context, CancellationToken cancellationToken) => diary.RunAsync(context, cancellationToken);

    public ValueTask<TaskOutcome> HandleAsync(PlainTask task, TaskContext context, CancellationToken cancellationToken) => diary.RunAsync(context, cancellationToken);
}
