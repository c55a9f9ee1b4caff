using System.Text.Json;
using Celerity.Compositions;
using Celerity.Controls;
using Celerity.Runs;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Groups;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Compositions;

/// <summary>A run that awaits things, played as its orchestration would: a step is made again until it has returned, and looks by itself when nothing wakes it.</summary>
internal sealed class AwaitBench
{
    public AwaitBench(FaultPlan? plan = null)
    {
        Plan = plan ?? new FaultPlan();
        Simulation = new TaskSimulation
        {
            Configure = services =>
            {
                services.AddSingleton(Script);
                services.AddSingleton<IOrchestrationSignal>(Signal);
                services.AddCelerityHandler(typeof(GroupHandler));
                services.AddSingleton<RunSuspensions>();
            },
        };
        Worker = Simulation.Worker(Plan);
        Run = RunKey.NewId(Simulation.Time);
    }

    public FaultPlan Plan { get; }

    public TaskSimulation Simulation { get; }

    public GroupScript Script { get; } = new();

    public SignalBook Signal { get; } = new();

    public IServiceProvider Worker { get; private set; }

    public string Run { get; }

    public int Generation { get; private set; } = 1;

    public RunStore Runs => new(Simulation.Storage.Tables, new KnownRuns(Simulation.Time));

    public AwaitKey Key => new(Run, Generation, 1, Stage: 0);

    public Task BeginAsync() => Runs.TryInsertAsync(
        new RunRecord { Id = Run, Pipeline = "p", State = RunState.Running, Request = "null", CreatedAt = Simulation.Time.GetUtcNow() }, CancellationToken.None).AsTask();

    public async Task SetAsync(RunState state) =>
        _ = await Runs.ChangeAsync(Run, run => run with { State = state }, CancellationToken.None);

    /// <summary>Ends the run and takes it to its next generation.</summary>
    public async Task RestartAsync(RunRestart? restart = null, RunState ended = RunState.Failed)
    {
        await SetAsync(ended);
        Generation++;
        var generation = new RunGeneration
        {
            Number = Generation,
            Command = $"c{Generation}",
            Restart = restart ?? RunRestart.Failed,
            Who = "ada",
            Why = "",
            At = Simulation.Time.GetUtcNow(),
            Before = ended,
        };
        await Runs.TryRestartAsync((await Runs.FindAsync(Run, CancellationToken.None))!, generation, CancellationToken.None);
        await SetAsync(RunState.Running);
    }

    public AwaitRequest RequestOf(params object[] tasks) => new(Key)
    {
        Tasks = new AwaitedTasks(tasks.Length) { WantsResults = true, Inline = [.. tasks.Select(TaskOf)] },
    };

    /// <summary>Makes steps and delivers messages until the wait has ended.</summary>
    public async Task<AwaitOutcome> AwaitAsync(AwaitRequest request)
    {
        for (var round = 0; round < 100; round++)
        {
            var step = await StepAsync(request);
            if (step is { Outcome: { } outcome })
            {
                return outcome;
            }

            request = step?.Next ?? request;
            if (step?.Wait > TimeSpan.Zero)
            {
                await DeliverAsync();
                Simulation.Time.Advance(step.Wait);
            }
        }

        throw new InvalidOperationException("It does not end.");
    }

    /// <summary>Makes one step; <see langword="null"/> where the planned fault befell it.</summary>
    public async Task<AwaitStep?> StepAsync(AwaitRequest request)
    {
        AwaitStep? made = null;
        await TryAsync(async () => made = await Worker.GetRequiredService<Awaits>().StepAsync(request, NoRuns, CancellationToken.None));
        return made;
    }

    public Task DeliverAsync() => TryAsync(() => Simulation.DrainAsync(Worker));

    /// <summary>Does something that the planned fault may befall.</summary>
    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (EveryFault.IsPlanned(exception))
        {
            Worker = Plan.IsDead ? Simulation.Worker() : Worker;
            Simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }
    }

    public async Task<int> CountAuditsAsync() =>
        (await new AuditLog(Simulation.Storage.Tables, Simulation.Time).ListAsync(after: null, AuditLog.MaxPage, CancellationToken.None)).Records.Count;

    private static AwaitedTask TaskOf(object task) => new([.. task is TaskChain chain ? chain.Tasks.Select(LinkOf) : [LinkOf(task)]]);

    private static AwaitedLink LinkOf(object task) => new(TaskOptionsSource.AttributeOf(task.GetType()).Name, JsonSerializer.SerializeToElement(task, task.GetType(), CelerityJson.Options));

    private static ValueTask<AwaitStep> NoRuns(AwaitRequest request, bool isWanted, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>Which orchestrations were woken.</summary>
internal sealed class SignalBook : IOrchestrationSignal
{
    public List<string> Raised { get; } = [];

    public ValueTask RaiseAsync(string instance, CancellationToken cancellationToken)
    {
        Raised.Add(instance);
        return ValueTask.CompletedTask;
    }
}
