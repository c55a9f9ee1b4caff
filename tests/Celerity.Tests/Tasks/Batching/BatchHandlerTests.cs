using Celerity.Observing;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>What a batch handler is given and may answer: each task keeps a life of its own.</summary>
public sealed class BatchHandlerTests
{
    private readonly BatchSimulation _simulation = new();

    private BatchScript Script => _simulation.Script;

    [Fact]
    public async Task Outcomes_EachItemGoesItsWay()
    {
        Script.Each = item => item.Task.Text switch
        {
            "a" => "done",
            "b" => TaskOutcome.DeadLetter("never"),
            _ => TaskOutcome.Retry(reason: "not yet"),
        };
        await _simulation.DropAsync("abc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal([TaskState.Succeeded, TaskState.DeadLettered, TaskState.Retrying], await _simulation.StatesAsync("abc"));
        Assert.Equal((2, "not yet"), ((await _simulation.RowAsync('c')).Attempt, (await _simulation.RowAsync('c')).Failures[0].Message));
    }

    [Theory]
    [InlineData(2, "was given 3 of 'test.batch' and returned 2 outcomes.")]
    [InlineData(4, "was given 3 of 'test.batch' and returned 4 outcomes.")]
    [InlineData(0, "was given 3 of 'test.batch' and returned 0 outcomes.")]
    public async Task Outcomes_OfAnotherCount_FailEachItem(int count, string words)
    {
        Script.RunAsync = (_, _) => Task.FromResult<IReadOnlyList<TaskOutcome<string>>>([.. Enumerable.Repeat<TaskOutcome<string>>("x", count)]);
        await _simulation.DropAsync("abc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        foreach (var id in "abc")
        {
            var row = await _simulation.RowAsync(id);
            Assert.Equal(TaskState.DeadLettered, row.State);
            Assert.Contains(ErrorCodes.BatchOutcomesWrong, row.Ending!.Reason, StringComparison.Ordinal);
            Assert.Contains(words, row.Ending.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Exception_FailsEachItemWithARetryOfItsOwn()
    {
        Script.RunAsync = (_, _) => throw new TimeoutException("slow");
        await _simulation.Tasks.DropAsync("""{"id":"a","task":"test.batch","payload":{"text":"a"},"attempt":2}""");
        await _simulation.DropAsync("bc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal([TaskState.DeadLettered, TaskState.Retrying, TaskState.Retrying], await _simulation.StatesAsync("abc"));
        Assert.Equal(ErrorCategory.Transient, Assert.Single((await _simulation.RowAsync('b')).Failures).Category);
    }

    [Fact]
    public async Task Payload_ThatDoesNotFit_IsNotTheOthersFault()
    {
        await _simulation.DropAsync("ab");
        await _simulation.Tasks.DropAsync("""{"id":"c","task":"test.batch","payload":{"text":"far too long for it"}}""");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal(["a b"], Script.Calls);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.DeadLettered], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public async Task Context_IsEachItemsOwn()
    {
        var lines = new List<string>();
        Script.RunAsync = async (items, _) =>
        {
            var stored = _simulation.Tasks.Time.WhenTimerOf(AttemptProgress.Interval);
            foreach (var item in items)
            {
                item.Context.Logger.Log(LogLevel.Information, default, "hello", null, (text, _) => text);
            }

            items.Single(item => item.Task.Text == "b").Context.ReportProgress(0.5, "half");
            await stored;
            _simulation.Tasks.Time.Advance(AttemptProgress.Interval);
            return [.. items.Select(item => (TaskOutcome<string>)"done")];
        };
        await _simulation.DropAsync("abc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker(configure: services => services.AddSingleton<ILoggerFactory>(new ScopeLines(lines)))));

        Assert.Equal(["TaskId=a", "TaskId=b", "TaskId=c"], lines.Order(StringComparer.Ordinal));
        Assert.Equal(0.5, (await ProgressAsync("b"))!.Values["fraction"]);
        Assert.Null(await ProgressAsync("a"));
    }

    [Fact]
    public async Task Validator_RefusesOneResult_TheOthersCount()
    {
        await _simulation.DropAsync("abc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker(configure: services => services.AddCelerityResultValidator(typeof(NoB)))));

        Assert.Equal([TaskState.Succeeded, TaskState.DeadLettered, TaskState.Succeeded], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public void Handler_OfBothKinds_IsRefused() =>
        Assert.Equal(ErrorCodes.DuplicateTask, Assert.Throws<CelerityException>(() => new ServiceCollection().AddCelerityHandler(typeof(BothKinds<int>))).Code);

    private async Task<TableRow?> ProgressAsync(string id)
    {
        var key = TaskKeys.ProgressOf(id);
        return await ((ITableStore)_simulation.Tasks.Storage.Tables).FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None);
    }

    private sealed class NoB : IResultValidator<BatchTask, string>
    {
        public ValueTask<ResultVerdict> ValidateAsync(BatchTask task, string result, CancellationToken cancellationToken) =>
            ValueTask.FromResult(result == "b" ? ResultVerdict.Refused("it is b") : ResultVerdict.Accepted);
    }

    // Generic, so that no scan of this assembly finds it.
    private sealed class BothKinds<T> : IBatchHandler<EchoTask>, ITaskHandler<EchoTask>
    {
        public ValueTask<TaskOutcome> HandleAsync(EchoTask task, TaskContext context, CancellationToken cancellationToken) => new(TaskOutcome.Completed);

        public ValueTask<IReadOnlyList<TaskOutcome>> HandleAsync(IReadOnlyList<BatchItem<EchoTask>> items, CancellationToken cancellationToken) => new([]);
    }

    /// <summary>Writes down the innermost scope of each line.</summary>
    private sealed class ScopeLines(List<string> lines) : ILoggerFactory, ILogger, IDisposable
    {
        private readonly LoggerExternalScopeProvider _scopes = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception) == "hello")
            {
                _scopes.ForEachScope(
                    (scope, found) =>
                    {
                        if (scope is IEnumerable<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == "TaskId").Value is { } id)
                        {
                            found.Add($"TaskId={id}");
                        }
                    },
                    lines);
            }
        }
    }
}
