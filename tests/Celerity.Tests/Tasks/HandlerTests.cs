using System.ComponentModel.DataAnnotations;
using Celerity.Tasks;
using Celerity.Tests.Observing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>What a handler is given, and what it may answer.</summary>
public sealed class HandlerTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly OrderScript _script = new();

    [Fact]
    public async Task TypedHandler_ReturnsItsResult()
    {
        await RunAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[{"count":1}]}}""");

        Assert.Equal((TaskState.Succeeded, """{"total":1}"""), await EndAsync());
    }

    [Fact]
    public async Task TypedHandler_ReturnsAnyOtherOutcome()
    {
        _script.Run = _ => TaskOutcome.Discard("nothing to do");

        await RunAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]}}""");

        Assert.Equal((TaskState.Discarded, null), await EndAsync());
    }

    [Fact]
    public async Task Context_TellsTheAttemptsFacts()
    {
        await RunAsync("""
            {"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]},"attempt":3,"correlationId":"c1","headers":{"tenant":"7"},"tags":["red","blue"]}
            """);

        var context = _script.Context!;
        Assert.Equal(("t1", "test.order", 3, "c1", "7"), (context.Id, context.Name, context.Attempt, context.CorrelationId, context.Headers["tenant"]));
        Assert.Equal(["red", "blue"], context.Tags);
        Assert.Equal(_simulation.Time.GetUtcNow() + TimeSpan.FromSeconds(60), context.Deadline);
        Assert.Equal(TaskStopReason.None, context.StopReason);
    }

    [Fact]
    public async Task Logger_CarriesTheTaskInScope()
    {
        var lines = new LogRecorder();
        _script.Run = context =>
        {
            context.Logger.Log(LogLevel.Information, default, "hello", null, (text, _) => text);
            return new Total(0);
        };

        await RunAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]},"correlationId":"c1"}""", lines);

        Assert.Equal("TaskId=t1 TaskName=test.order Attempt=1 CorrelationId=c1", Assert.Single(lines.Lines, line => line.Text == "hello").Scope);
    }

    [Fact]
    public async Task Payload_AgainstItsAnnotations_IsADeadLetterThatNamesEveryViolation()
    {
        await RunAsync("""{"id":"t1","task":"test.order","payload":{"code":"A","lines":[{"count":1},{"count":0}],"note":"far too long"}}""");

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.DeadLettered, ErrorCategory.Permanent, 1), (row!.State, row.Ending!.Category!.Value, row.Attempt));
        Assert.Null(_script.Context);
        Assert.Contains("Code: ", row.Ending.Reason, StringComparison.Ordinal);
        Assert.Contains("Lines[1].Count: ", row.Ending.Reason, StringComparison.Ordinal);
        Assert.Contains("Note: ", row.Ending.Reason, StringComparison.Ordinal);
        Assert.Contains("A and far too long do not go together", row.Ending.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Lines[0]", row.Ending.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SoftLimit_FiresBeforeTheHardOne()
    {
        var wrapped = new TaskCompletionSource();
        _script.RunAsync = async (context, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, context.SoftLimit).ContinueWith(_ => { }, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            wrapped.SetResult();
            return new Total(1);
        };
        var run = RunAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]}}""");
        await _script.Started.Task.WaitAsync(TimeSpan.FromSeconds(60));

        _simulation.Time.Advance(TimeSpan.FromSeconds(20));
        await wrapped.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await run;

        Assert.Equal((TaskState.Succeeded, """{"total":1}"""), await EndAsync());
    }

    [Fact]
    public async Task Zombie_IsCountedUntilItEnds()
    {
        var release = new TaskCompletionSource();
        _script.RunAsync = async (_, _) =>
        {
            await release.Task;
            return new Total(1);
        };
        var worker = Worker();
        await _simulation.DropAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]}}""");
        var run = _simulation.DeliverOneAsync(worker);
        await _script.Started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var grace = _simulation.Time.WhenTimerOf(TaskAttempt.Grace);
        _simulation.Time.Advance(TimeSpan.FromSeconds(60));
        await grace.WaitAsync(TimeSpan.FromSeconds(60));
        _simulation.Time.Advance(TaskAttempt.Grace);
        await run.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((1, 0), (worker.GetRequiredService<Celerity.Workers.WorkerLoad>().Zombies, _script.Disposed));
        release.SetResult();
        await _script.WhenDisposed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(TaskState.Retrying, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task RetryDelay_OfCode_ReplacesTheBackoffAndGivesUp()
    {
        _script.Run = _ => throw new TimeoutException("slow");
        var worker = Worker(services => services.ConfigureCelerityTask(
            typeof(OrderTask), options => options.RetryDelay = attempt => attempt < 3 ? TimeSpan.FromSeconds(attempt * 10) : null));
        await _simulation.DropAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]}}""");

        await _simulation.DrainAsync(worker);

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.DeadLettered, 3), (row!.State, row.Attempt));
    }

    [Fact]
    public async Task RetryDelay_ThatThrows_IsADeadLetterWithBothCauses()
    {
        _script.Run = _ => throw new TimeoutException("slow");
        var worker = Worker(services => services.ConfigureCelerityTask(
            typeof(OrderTask), options => options.RetryDelay = _ => throw new InvalidOperationException("broken policy")));
        await _simulation.DropAsync("""{"id":"t1","task":"test.order","payload":{"code":"ABC","lines":[]}}""");

        await _simulation.DrainAsync(worker);

        Assert.Equal("slow (Its RetryDelay failed: broken policy)", (await _simulation.FindAsync("t1"))!.Ending!.Reason);
    }

    private async Task RunAsync(string message, ILoggerProvider? logger = null)
    {
        await _simulation.DropAsync(message);
        await _simulation.DrainAsync(Worker(services =>
        {
            if (logger is not null)
            {
                services.AddLogging(logging => logging.AddProvider(logger));
            }
        }));
    }

    private IServiceProvider Worker(Action<IServiceCollection>? configure = null) => _simulation.Worker(configure: services =>
    {
        services.AddSingleton(_script);
        services.AddCelerityHandler(typeof(OrderHandler));
        configure?.Invoke(services);
    });

    private async Task<(TaskState State, string? Result)> EndAsync()
    {
        var row = await _simulation.FindAsync("t1");
        return (row!.State, row.Ending!.Result);
    }

    [CelerityTask("test.order", TimeLimitSeconds = 60, SoftTimeLimitSeconds = 20)]
    internal sealed record OrderTask([StringLength(3, MinimumLength = 3)] string Code, IReadOnlyList<OrderLine> Lines) : IValidatableObject
    {
        [StringLength(5)]
        public string? Note { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Note is { Length: > 5 })
            {
                yield return new ValidationResult($"{Code} and {Note} do not go together");
            }
        }
    }

    internal sealed record OrderLine([Range(1, 9)] int Count);

    internal sealed record Total([property: System.Text.Json.Serialization.JsonPropertyName("total")] int Sum);

    internal sealed class OrderScript
    {
        public Func<TaskContext, TaskOutcome<Total>> Run { get; set; } = _ => new Total(1);

        public Func<TaskContext, CancellationToken, Task<TaskOutcome<Total>>>? RunAsync { get; set; }

        public TaskContext? Context { get; set; }

        public int Disposed { get; set; }

        public TaskCompletionSource Started { get; } = new();

        public TaskCompletionSource WhenDisposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class OrderHandler(OrderScript script) : ITaskHandler<OrderTask, Total>, IDisposable
    {
        public async ValueTask<TaskOutcome<Total>> HandleAsync(OrderTask task, TaskContext context, CancellationToken cancellationToken)
        {
            script.Context = context;
            var run = script.RunAsync?.Invoke(context, cancellationToken);
            script.Started.TrySetResult();
            return run is null ? script.Run(context) : await run;
        }

        public void Dispose()
        {
            script.Disposed++;
            script.WhenDisposed.TrySetResult();
        }
    }
}
