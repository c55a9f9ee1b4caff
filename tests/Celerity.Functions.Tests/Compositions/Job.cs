using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>A task of these tests: what it does is in the <see cref="JobBook"/>.</summary>
[CelerityTask("compositions.job", MaxAttempts = 1)]
public sealed record Job(string Name, int Number = 0)
{
    /// <summary>Gets the result of the link before.</summary>
    public int? Previous { get; init; }

    /// <summary>Gets the results of the tasks that it follows.</summary>
    public IReadOnlyList<int?>? Results { get; init; }

    /// <summary>Gets what it follows that failed.</summary>
    public IReadOnlyList<AwaitedTaskFailure>? Failures { get; init; }

    /// <summary>Gets the items of a chunk.</summary>
    public IReadOnlyList<int>? Items { get; init; }
}

/// <summary>What jobs do, and which ran.</summary>
internal sealed class JobBook(TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _running;

    /// <summary>Gets which ran, by name and number, in order.</summary>
    public List<string> Ran { get; } = [];

    public HashSet<string> Ids { get; } = [];

    /// <summary>Gets those that are to fail.</summary>
    public HashSet<string> Bad { get; } = [];

    /// <summary>Gets or sets how long a job takes.</summary>
    public TimeSpan Length { get; set; }

    /// <summary>Gets how many ran at once at most.</summary>
    public int Most { get; private set; }

    public async ValueTask<TaskOutcome> RunAsync(Job job, TaskContext context, CancellationToken cancellationToken)
    {
        var name = $"{job.Name}{(job.Number == 0 ? "" : job.Number)}";
        lock (_gate)
        {
            Ran.Add(name);
            Ids.Add(context.Id);
            Most = Math.Max(Most, ++_running);
        }

        if (Length > TimeSpan.Zero)
        {
            await Task.Delay(Length, time, cancellationToken);
        }

        lock (_gate)
        {
            _running--;
            return Bad.Contains(name)
                ? TaskOutcome.DeadLetter($"{name} is bad")
                : TaskOutcome.CompletedWith(job switch
                {
                    { Results: { } results } => results.Sum(result => result ?? 0),
                    { Items: { } items } => items.Sum(),
                    { Previous: { } previous } => previous + 1,
                    _ => job.Number * 10,
                });
        }
    }
}

/// <summary>Every app of this assembly has it: it asks for its book only where it runs.</summary>
internal sealed class JobHandler(IServiceProvider services) : ITaskHandler<Job>
{
    public ValueTask<TaskOutcome> HandleAsync(Job task, TaskContext context, CancellationToken cancellationToken) =>
        services.GetRequiredService<JobBook>().RunAsync(task, context, cancellationToken);
}
