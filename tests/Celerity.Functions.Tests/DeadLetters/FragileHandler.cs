using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Tests.DeadLetters;

/// <summary>Dies unless it is told otherwise. Counters are the process's, so tests that count it and tests that send it run one after the other.</summary>
[CelerityTask("letters.fragile")]
public sealed record FragileOrder(int Number, string City = "Oslo");

/// <summary>Whether tasks die, and what ran.</summary>
internal sealed class Weather
{
    private readonly Lock _gate = new();

    public bool IsBad { get; set; } = true;

    public List<FragileOrder> Done { get; } = [];

    public TaskOutcome Run(FragileOrder task)
    {
        if (IsBad)
        {
            throw new InvalidOperationException($"no route to order {task.Number}");
        }

        lock (_gate)
        {
            Done.Add(task);
        }

        return TaskOutcome.Completed;
    }
}

/// <summary>Handles them. Asks for the weather only then: other tests of this assembly have none.</summary>
internal sealed class FragileHandler(IServiceProvider services) : ITaskHandler<FragileOrder>
{
    public ValueTask<TaskOutcome> HandleAsync(FragileOrder task, TaskContext context, CancellationToken cancellationToken) => new(services.GetRequiredService<Weather>().Run(task));
}
