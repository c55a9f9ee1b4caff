using System.ComponentModel.DataAnnotations;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>Validators of results: what they refuse is not stored.</summary>
public sealed class ResultValidatorTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly CountScript _script = new();

    [Fact]
    public async Task Accepted_ResultIsStored()
    {
        var id = await RunAsync();

        var end = await _simulation.FindAsync(id);
        Assert.Equal((TaskState.Succeeded, """{"value":1}"""), (end!.State, end.Ending!.Result));
        Assert.Equal([1], _script.Judged);
    }

    [Fact]
    public async Task Refused_IsADeadLetterWithCodeValidatorAndReason()
    {
        _script.Judge = _ => ResultVerdict.Refused("it is odd");

        var id = await RunAsync();

        var end = await _simulation.FindAsync(id);
        Assert.Equal((TaskState.DeadLettered, ErrorCategory.Permanent, 1), (end!.State, end.Ending!.Category!.Value, end.Attempt));
        Assert.Null(end.Ending.Result);
        Assert.Equal($"CEL0215: The result of 'test.count' was refused by {typeof(CountValidator).FullName}: it is odd", end.Ending.Reason);
        Assert.Single(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task RefusedAsTransient_IsRetriedAfterWhatItAsksFor()
    {
        _script.Judge = value => value == 1 ? ResultVerdict.Refused("not yet", ErrorCategory.Transient, TimeSpan.FromHours(1)) : ResultVerdict.Accepted;

        var id = await RunAsync();

        var end = await _simulation.FindAsync(id);
        Assert.Equal((TaskState.Succeeded, 2, """{"value":2}"""), (end!.State, end.Attempt, end.Ending!.Result));
        Assert.StartsWith("CEL0215: ", Assert.Single(end.Failures).Message, StringComparison.Ordinal);
        Assert.True(end.Ending.At >= TaskSimulation.Start.AddHours(1));
    }

    [Fact]
    public async Task RefusedAsTransientEachTime_EndsAfterTheLastAttempt()
    {
        _script.Judge = _ => ResultVerdict.Refused("never", ErrorCategory.Transient);

        var end = await _simulation.FindAsync(await RunAsync());

        Assert.Equal((TaskState.DeadLettered, ErrorCategory.Transient, 2), (end!.State, end.Ending!.Category!.Value, end.Attempt));
    }

    [Theory]
    [InlineData(typeof(TimeoutException), ErrorCategory.Transient, 2)]
    [InlineData(typeof(ValidationException), ErrorCategory.Permanent, 1)]
    public async Task Throws_IsClassifiedAsTheHandlersExceptionsAre(Type exception, ErrorCategory category, int attempts)
    {
        _script.Judge = _ => throw (Exception)Activator.CreateInstance(exception)!;

        var end = await _simulation.FindAsync(await RunAsync());

        Assert.Equal((TaskState.DeadLettered, category, attempts), (end!.State, end.Ending!.Category!.Value, end.Attempt));
    }

    [Fact]
    public async Task NoResult_IsNotJudged()
    {
        _script.Run = _ => TaskOutcome.Completed;
        _script.Judge = _ => ResultVerdict.Refused("never");

        var end = await _simulation.FindAsync(await RunAsync());

        Assert.Equal(TaskState.Succeeded, end!.State);
    }

    [Fact]
    public async Task ResultOfAnotherType_IsNotLetThrough()
    {
        _script.Run = _ => TaskOutcome.CompletedWith("a text");

        var end = await _simulation.FindAsync(await RunAsync());

        Assert.Equal(TaskState.DeadLettered, end!.State);
        Assert.Contains("it is a System.String, not a", end.Ending!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_FindsValidatorsWithTheHandlers()
    {
        var services = new ServiceCollection().AddCelerityEngine(typeof(CountValidator).Assembly);

        Assert.Single(services, service => service.ServiceType == typeof(IResultValidator<CountTask, Count>));
    }

    [Fact]
    public void Check_NoHandlerReturnsWhatItJudges_IsRefused()
    {
        var services = new ServiceCollection().AddCelerityEngine().AddCelerityHandler(typeof(EchoHandler)).AddCelerityResultValidator(typeof(CountValidator));

        var exception = Assert.Throws<CelerityException>(() => services.BuildServiceProvider().GetRequiredService<TaskRegistry>().Check(new TaskQueues()));

        Assert.StartsWith($"CEL0216: {typeof(CountValidator).FullName} judges", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCategory.Crashed)]
    [InlineData(ErrorCategory.Cancelled)]
    public void Refused_CategoryThatIsNotItsToChoose_Throws(ErrorCategory category) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ResultVerdict.Refused("no", category));

    private async Task<string> RunAsync()
    {
        var worker = _simulation.Worker(configure: services => services
            .AddSingleton(_script)
            .AddCelerityHandler(typeof(CountHandler))
            .AddCelerityResultValidator(typeof(CountValidator)));
        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new CountTask());
        await _simulation.DrainAsync(worker);
        return id;
    }

    /// <summary>A task with a result.</summary>
    [CelerityTask("test.count", MaxAttempts = 2, BackoffSeconds = 1)]
    public sealed record CountTask;

    /// <summary>Its result: how often it has run.</summary>
    public sealed record Count(int Value);

    /// <summary>What handler and validator do.</summary>
    public sealed class CountScript
    {
        /// <summary>Gets or sets the verdict on a value.</summary>
        public Func<int, ResultVerdict> Judge { get; set; } = _ => ResultVerdict.Accepted;

        /// <summary>Gets or sets what the handler returns at an attempt.</summary>
        public Func<int, TaskOutcome<Count>> Run { get; set; } = attempt => new Count(attempt);

        /// <summary>Gets the values that were judged.</summary>
        public List<int> Judged { get; } = [];
    }

    /// <summary>Counts attempts.</summary>
    public sealed class CountHandler(CountScript script) : ITaskHandler<CountTask, Count>
    {
        /// <inheritdoc/>
        public ValueTask<TaskOutcome<Count>> HandleAsync(CountTask task, TaskContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(script.Run(context.Attempt));
    }

    /// <summary>Judges counts.</summary>
    public sealed class CountValidator(CountScript script) : IResultValidator<CountTask, Count>
    {
        /// <inheritdoc/>
        public ValueTask<ResultVerdict> ValidateAsync(CountTask task, Count result, CancellationToken cancellationToken)
        {
            script.Judged.Add(result.Value);
            return ValueTask.FromResult(script.Judge(result.Value));
        }
    }
}
