using Celerity.Tasks;
using Celerity.Tasks.Logs;
using Celerity.Tasks.Results;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Tasks.Batching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Tasks.Logs;

/// <summary>What a handler logs is found with its task, the latest of it, and costs no request.</summary>
#pragma warning disable CA1848, CA1873, CA2254 // As users log.
public sealed class TaskLogTests
{
    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""";

    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Handler_ThatLogsByAnyLogger_IsFoundWithItsTask()
    {
        var worker = _simulation.Worker();
        _simulation.Script.Run = context =>
        {
            context.Logger.LogInformation("read {Count}", 3);
            worker.GetRequiredService<ILoggerFactory>().CreateLogger("app").LogError(new InvalidOperationException("odd"), "wrote <b>\n\"2\"");
            context.Logger.LogDebug("too fine");
            return TaskOutcome.Completed;
        };
        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
        worker.GetRequiredService<ILoggerFactory>().CreateLogger("app").LogError("of no task");

        await _simulation.DrainAsync(worker);

        var task = (await worker.GetRequiredService<ITaskResults>().FindAsync(id))!;
        Assert.Equal([(1, "Information", "read 3"), (1, "Error", "wrote <b>\n\"2\"")], task.Log.Select(line => (line.Attempt, line.Level, line.Text)));
        Assert.Equal((TaskSimulation.Start, 0), (task.Log[0].At, task.LogDropped));
        Assert.StartsWith("System.InvalidOperationException: odd", task.Log[1].Exception, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test.echo", true)]
    [InlineData("test.result", true)]
    [InlineData("test.none", false)]
    public async Task Task_ThatEndsWell_KeepsItsLinesWhereItHasARow_AtNoRequest(string name, bool hasRow)
    {
        var quiet = await CallsAsync(_ => TaskOutcome.Completed);
        var telling = await CallsAsync(Telling);

        Assert.Equal(quiet.Calls, telling.Calls);
        Assert.Equal(hasRow ? ["attempt 1"] : [], await TextsAsync(telling.Simulation));

        async Task<(int Calls, TaskSimulation Simulation)> CallsAsync(Func<TaskContext, TaskOutcome> run)
        {
            var (plan, simulation) = (new FaultPlan(), new TaskSimulation());
            simulation.Script.Run = run;
            await simulation.DropAsync(Plain.Replace("test.echo", name, StringComparison.Ordinal));
            await simulation.DrainAsync(simulation.Worker(plan));
            return (plan.Calls.Count, simulation);
        }
    }

    [Theory]
    [InlineData("test.echo")]
    [InlineData("test.result")]
    [InlineData("test.none")]
    public async Task DeadLetter_HasTheLinesOfAllAttempts(string name)
    {
        _simulation.Script.Run = context => Telling(context) is { } ? throw new InvalidOperationException("no") : null!;
        await _simulation.DropAsync(Plain.Replace("test.echo", name, StringComparison.Ordinal));
        var worker = _simulation.Worker();

        await _simulation.DrainAsync(worker);

        Assert.Equal(["attempt 1", "attempt 2"], await TextsAsync(_simulation));
        var letter = await worker.GetRequiredService<IDeadLetters>().FindAsync("t1");
        Assert.Equal([(1, "attempt 1"), (2, "attempt 2")], letter!.Log.Select(line => (line.Attempt, line.Text)));
    }

    [Fact]
    public async Task Run_ThatIsSnoozedRevokedOrTimedOut_KeepsItsLines()
    {
        var isFirst = true;
        _simulation.Script.RunAsync = async (context, cancellationToken) =>
        {
            Telling(context);
            if (isFirst)
            {
                isFirst = false;
                return TaskOutcome.Snooze(TimeSpan.FromSeconds(1));
            }

            _simulation.Time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, cancellationToken);
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(["attempt 1", "attempt 1", "attempt 2"], await TextsAsync(_simulation));
    }

    [Fact]
    public async Task Lines_BeyondTheBounds_AreDropped_TheOldestFirst()
    {
        _simulation.Script.Run = context =>
        {
            for (var line = 1; line <= 250; line++)
            {
                context.Logger.LogInformation($"{context.Attempt}.{line}");
            }

            context.Logger.LogInformation(new string('x', 5000));
            return TaskOutcome.Retry();
        };
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        var log = (await _simulation.FindAsync("t1"))!.Log!;
        var lines = log.Read();
        Assert.Equal(2 * 251, lines.Count + log.Dropped);
        Assert.Equal((new string('x', 1000), "2.250"), (lines[^1].Text, lines[^2].Text));
        Assert.InRange(lines.Count(line => line.Attempt == 1), 50, AttemptLog.MaxLines);
        Assert.InRange(log.Lines.Length, AttemptLog.MaxChars, 2 * (AttemptLog.MaxChars + AttemptLog.MaxLines));
    }

    [Fact]
    public async Task Level_OfTheSetting_IsTheLowestThatIsKept()
    {
        Assert.Equal(["loud"], await LevelAsync(LogLevel.Warning));
        Assert.Empty(await LevelAsync(LogLevel.None));

        static async Task<string[]> LevelAsync(LogLevel level)
        {
            var simulation = new TaskSimulation { Configure = services => services.AddSingleton(new WorkerOptions { PackParallelism = 1, TaskLogLevel = level }) };
            simulation.Script.Run = context =>
            {
                context.Logger.LogInformation("soft");
                context.Logger.LogWarning("loud");
                return TaskOutcome.Completed;
            };
            await simulation.DropAsync(Plain);
            await simulation.DrainAsync(simulation.Worker());
            return await TextsAsync(simulation);
        }
    }

    [Theory]
    [InlineData("test.hushed")]
    [InlineData("test.hushing")]
    public async Task Task_WithSecretsInItsPayloadOrResult_KeepsNoLine(string name)
    {
        var worker = _simulation.Worker(configure: services => services.AddCelerityHandler(typeof(HushedHandler)));
        await _simulation.DropAsync(Plain.Replace("test.echo", name, StringComparison.Ordinal));

        await _simulation.DrainAsync(worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Empty(await TextsAsync(_simulation));
        var detail = await worker.GetRequiredService<TaskDetails>().FindAsync("t1", TimeSpan.Zero, CancellationToken.None);
        Assert.Contains("secrets", detail!.LogLeftOut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_EachTaskHasWhatItsOwnLoggerWrote()
    {
        var simulation = new BatchSimulation();
        await simulation.DropPackAsync("abc");
        simulation.Script.Each = item =>
        {
            item.Context.Logger.LogInformation("this is {Text}", item.Task.Text);
            return item.Task.Text;
        };

        await simulation.DrainAsync(simulation.Worker());

        foreach (var id in "abc")
        {
            Assert.Equal($"this is {id}", Assert.Single((await simulation.RowAsync(id)).Log!.Read()).Text);
        }
    }

    [Fact]
    public Task Task_AnyFaultAtAnyCall_HasTheLinesOfItsLastAttemptOnce() => EveryFault.PlayAsync(async plan =>
    {
        var simulation = new TaskSimulation();
        simulation.Script.Run = context => Telling(context) is { } && context.Attempt == 1 ? TaskOutcome.Retry() : TaskOutcome.Completed;
        await simulation.DropAsync(Plain);
        var worker = simulation.Worker(plan);
        try
        {
            await simulation.DrainAsync(worker);
        }
        catch (Exception exception) when (EveryFault.IsPlanned(exception))
        {
            simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
            await simulation.DrainAsync(plan.IsDead ? simulation.Worker() : worker);
        }

        var row = (await simulation.FindAsync("t1"))!;
        Assert.Equal((TaskState.Succeeded, 2), (row.State, row.Attempt));
        Assert.Equal("attempt 2", Assert.Single(row.Log!.Read(), line => line.Attempt == 2).Text);
        Assert.True(row.Log!.Read().Count(line => line.Attempt == 1) <= simulation.Script.Runs.Count(run => run.Attempt == 1));
    });

    private static TaskOutcome Telling(TaskContext context)
    {
        context.Logger.LogInformation("attempt {Attempt}", context.Attempt);
        return TaskOutcome.Completed;
    }

    private static async Task<string[]> TextsAsync(TaskSimulation simulation) =>
        (await simulation.FindAsync("t1"))?.Log?.Read().Select(line => line.Text).ToArray() ?? [];
}
