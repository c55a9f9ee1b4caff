using Celerity.Revocation;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>Tasks of one process are handled together; each keeps a life of its own.</summary>
public sealed class BatchHandlerTests
{
    private readonly BatchSimulation _simulation = new();

    private BatchScript Script => _simulation.Script;

    [Fact]
    public async Task Messages_AsManyAsABatch_AreOneCallAtOnce()
    {
        await _simulation.DropAsync("abc");

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal(["a b c"], Script.Calls);
        Assert.All("abc", id => Assert.Equal($"\"{id}\"", _simulation.RowAsync(id).Result.Ending!.Result));
    }

    [Fact]
    public async Task Messages_FewerThanABatch_WaitAsLongAsTheFirstMay()
    {
        await _simulation.DropAsync("a");
        var worker = _simulation.Worker();
        var gathers = _simulation.Tasks.Time.WhenTimerOf(BatchSimulation.Wait);
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await gathers.WaitAsync(BatchSimulation.Hang);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait - TimeSpan.FromSeconds(1));
        await _simulation.DropAsync("b");
        deliveries.AddRange(await _simulation.DeliverAllAsync(worker));
        Assert.Empty(Script.Calls);

        _simulation.Tasks.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(deliveries);

        Assert.Equal(["a b"], Script.Calls);
    }

    [Fact]
    public async Task Timer_ThatFiresWhenItsBatchIsGone_BeginsNoOther()
    {
        var worker = _simulation.Worker();
        await _simulation.DropAsync("abc");
        await RunAsync(await _simulation.DeliverAllAsync(worker));
        await _simulation.DropAsync("d");
        var deliveries = await _simulation.DeliverAllAsync(worker);

        _simulation.Tasks.Time.FiresOf(BatchSimulation.Wait)[0]();
        await _simulation.DropAsync("ef");
        deliveries.AddRange(await _simulation.DeliverAllAsync(worker));
        await RunAsync(deliveries);

        Assert.Equal(["a b c", "d e f"], Script.Calls);
    }

    [Fact]
    public async Task Messages_MoreThanABatch_TheRestIsABatchOfItsOwn()
    {
        await _simulation.DropAsync("abcd");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(2, Script.Calls.Count);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abcd"));
    }

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

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

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

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

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

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal([TaskState.DeadLettered, TaskState.Retrying, TaskState.Retrying], await _simulation.StatesAsync("abc"));
        Assert.Equal(ErrorCategory.Transient, Assert.Single((await _simulation.RowAsync('b')).Failures).Category);
    }

    [Fact]
    public async Task Payload_ThatDoesNotFit_IsNotTheOthersFault()
    {
        await _simulation.DropAsync("ab");
        await _simulation.Tasks.DropAsync("""{"id":"c","task":"test.batch","payload":{"text":"far too long for it"}}""");

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal(["a b"], Script.Calls);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.DeadLettered], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public async Task TimeLimit_OfAHandlerThatIgnoresIt_CountsForEachAndIsOneZombie()
    {
        var release = new TaskCompletionSource();
        Script.RunAsync = async (items, _) =>
        {
            await release.Task;
            return [.. items.Select(item => (TaskOutcome<string>)"too late")];
        };
        await _simulation.DropAsync("abc");
        var worker = _simulation.Worker();
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await Script.Started.Task.WaitAsync(BatchSimulation.Hang);
        var grace = _simulation.Tasks.Time.WhenTimerOf(TaskAttempt.Grace);
        _simulation.Tasks.Time.Advance(TimeSpan.FromSeconds(60));
        await grace.WaitAsync(BatchSimulation.Hang);
        _simulation.Tasks.Time.Advance(TaskAttempt.Grace);
        await RunAsync(deliveries);

        Assert.Equal(1, worker.GetRequiredService<TaskAttempt>().Zombies);
        Assert.Equal([TaskState.Retrying, TaskState.Retrying, TaskState.Retrying], await _simulation.StatesAsync("abc"));
        Assert.Equal(ErrorCategory.TimedOut, (await _simulation.RowAsync('a')).Failures[0].Category);
        Script.RunAsync = null;
        release.SetResult();
        await _simulation.DrainAsync(worker);
        Assert.Equal("\"a\"", (await _simulation.RowAsync('a')).Ending!.Result);
    }

    [Fact]
    public async Task Revoked_WhileItWaits_IsTakenOutBeforeTheCall()
    {
        await _simulation.DropAsync("ab");
        var worker = _simulation.Worker();
        var gathers = _simulation.Tasks.Time.WhenTimerOf(BatchSimulation.Wait);
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await gathers.WaitAsync(BatchSimulation.Hang);
        await worker.GetRequiredService<ITaskControl>().RevokeAsync("a", TestContext.Current.CancellationToken);

        _simulation.Tasks.Time.Advance(BatchSimulation.Wait);
        await RunAsync(deliveries);

        Assert.Equal(["b"], Script.Calls);
        Assert.Equal([TaskState.Revoked, TaskState.Succeeded], await _simulation.StatesAsync("ab"));
    }

    [Fact]
    public async Task Revoked_WhileItRuns_TheCallGoesOnForTheOthers()
    {
        var (mayGoOn, stops) = (new TaskCompletionSource(), new List<TaskStopReason>());
        Script.RunAsync = async (items, cancellationToken) =>
        {
            await mayGoOn.Task;
            stops.AddRange(items.OrderBy(item => item.Task.Text).Select(item => item.Context.StopReason));
            cancellationToken.ThrowIfCancellationRequested();
            return [.. items.Select(item => (TaskOutcome<string>)"done")];
        };
        await _simulation.DropAsync("abc");
        var worker = _simulation.Worker();
        var asks = _simulation.Tasks.Time.WhenTimerOf(Revocations.MaxAge);
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await asks.WaitAsync(BatchSimulation.Hang);
        await worker.GetRequiredService<ITaskControl>().RevokeAsync("a", TestContext.Current.CancellationToken);
        var asksAgain = _simulation.Tasks.Time.WhenTimerOf(Revocations.MaxAge);
        _simulation.Tasks.Time.Advance(Revocations.MaxAge);
        await asksAgain.WaitAsync(BatchSimulation.Hang);
        mayGoOn.SetResult();
        await RunAsync(deliveries);

        Assert.Equal([TaskStopReason.Revoked, TaskStopReason.None, TaskStopReason.None], stops);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public async Task Revoked_All_StopsTheCall()
    {
        Script.RunAsync = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Tasks.Time, cancellationToken);
            return [];
        };
        await _simulation.DropAsync("abc");
        var worker = _simulation.Worker();
        var asks = _simulation.Tasks.Time.WhenTimerOf(Revocations.MaxAge);
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await asks.WaitAsync(BatchSimulation.Hang);
        await worker.GetRequiredService<ITaskControl>().RevokeTaskAsync("test.batch", TestContext.Current.CancellationToken);

        _simulation.Tasks.Time.Advance(Revocations.MaxAge);
        await RunAsync(deliveries);

        Assert.Equal([TaskState.Revoked, TaskState.Revoked, TaskState.Revoked], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public async Task Shutdown_WhileTheyWait_HandsOverAtNoAttempt()
    {
        using var stopping = new CancellationTokenSource();
        await _simulation.DropAsync("ab");
        var gathers = _simulation.Tasks.Time.WhenTimerOf(BatchSimulation.Wait);
        var deliveries = await _simulation.DeliverAllAsync(_simulation.Worker(), stopping.Token);
        await gathers.WaitAsync(BatchSimulation.Hang);

        await stopping.CancelAsync();
        await RunAsync(deliveries);

        Assert.Empty(Script.Calls);
        await AssertPutBackAsync("ab");
    }

    [Fact]
    public async Task Shutdown_WhileTheyRun_HandsOverAtNoAttempt()
    {
        using var stopping = new CancellationTokenSource();
        Script.RunAsync = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Tasks.Time, cancellationToken);
            return [];
        };
        await _simulation.DropAsync("abc");
        var deliveries = await _simulation.DeliverAllAsync(_simulation.Worker(), stopping.Token);
        await Script.Started.Task.WaitAsync(BatchSimulation.Hang);

        await stopping.CancelAsync();
        await RunAsync(deliveries);

        await AssertPutBackAsync("abc");
    }

    [Fact]
    public async Task Stopped_OneOfSeveral_TheCallGoesOnForTheOthers()
    {
        using var stopping = new CancellationTokenSource();
        var mayGoOn = new TaskCompletionSource();
        Script.RunAsync = async (items, cancellationToken) =>
        {
            await mayGoOn.Task;
            cancellationToken.ThrowIfCancellationRequested();
            return [.. items.Select(item => (TaskOutcome<string>)"done")];
        };
        var worker = _simulation.Worker();
        await _simulation.DropAsync("a");
        var deliveries = await _simulation.DeliverAllAsync(worker, stopping.Token);
        await _simulation.DropAsync("bc");
        deliveries.AddRange(await _simulation.DeliverAllAsync(worker));
        await Script.Started.Task.WaitAsync(BatchSimulation.Hang);

        await stopping.CancelAsync();
        mayGoOn.SetResult();
        await RunAsync(deliveries);

        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public async Task Pack_WhereStorageFailsForOne_IsNotGivenUpWhileAnotherWaits()
    {
        var plan = new FaultPlan(new SeamCall(0, "queue.Send celerity-default", 1), FaultKind.LostRequest);
        Script.Each = item => item.Task.Text == "a" ? TaskOutcome.Retry() : item.Task.Text;
        var worker = _simulation.Worker(plan);
        await _simulation.DropAsync("x");
        var single = await _simulation.DeliverAllAsync(worker);
        await _simulation.DropPackAsync("abc");
        var pack = (await _simulation.DeliverAllAsync(worker)).Single();
        while (!plan.HasFired)
        {
            await Task.Yield();
        }

        await RunAsync(single);
        for (var turn = 0; turn < 10_000; turn++)
        {
            await Task.Yield();
        }

        Assert.False(pack.IsCompleted);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait);
        await Assert.ThrowsAsync<InjectedFaultException>(() => pack.WaitAsync(BatchSimulation.Hang));
        Assert.Equal(["a b x", "c"], Script.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Pack_WhateverItsParallelism_FillsBatches(int parallelism)
    {
        await _simulation.DropPackAsync("abcdef");

        await RunAsync(await _simulation.DeliverAllAsync(Parallel(parallelism)));

        Assert.Equal([5, 5], Script.Calls.Select(call => call.Length));
        Assert.All(await _simulation.StatesAsync("abcdef"), state => Assert.Equal(TaskState.Succeeded, state));
    }

    [Fact]
    public async Task Pack_OfMoreThanBatches_TheRestWaitsForOthers()
    {
        await _simulation.DropPackAsync("abcdefg");
        var deliveries = await _simulation.DeliverAllAsync(Parallel(1));
        while (_simulation.Tasks.Time.FiresOf(BatchSimulation.Wait).Count < 3)
        {
            await Task.Yield();
        }

        Assert.Equal(["a b c", "d e f"], Script.Calls);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait);
        await RunAsync(deliveries);

        Assert.Equal(["a b c", "d e f", "g"], Script.Calls);
    }

    [Fact]
    public async Task Pack_WithPlainTasks_RunsBoth()
    {
        await _simulation.Tasks.DropAsync(
            $$"""{"batch":[{{BatchSimulation.Message('a')}},{"id":"p","task":"test.echo","payload":{"text":"p"} },{{BatchSimulation.Message('b')}}]}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(["a b"], Script.Calls);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abp"));
    }

    [Fact]
    public async Task Context_IsEachItemsOwn()
    {
        var lines = new List<string>();
        Script.RunAsync = async (items, _) =>
        {
            var stored = _simulation.Tasks.Time.WhenTimerOf(Celerity.Observing.AttemptProgress.Interval);
            foreach (var item in items)
            {
                item.Context.Logger.Log(LogLevel.Information, default, "hello", null, (text, _) => text);
            }

            items.Single(item => item.Task.Text == "b").Context.ReportProgress(0.5, "half");
            await stored;
            _simulation.Tasks.Time.Advance(Celerity.Observing.AttemptProgress.Interval);
            return [.. items.Select(item => (TaskOutcome<string>)"done")];
        };
        await _simulation.DropAsync("abc");

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker(configure: services => services.AddSingleton<ILoggerFactory>(new ScopeLines(lines)))));

        Assert.Equal(["TaskId=a", "TaskId=b", "TaskId=c"], lines.Order(StringComparer.Ordinal));
        Assert.Equal(0.5, (await ProgressAsync("b"))!.Values["fraction"]);
        Assert.Null(await ProgressAsync("a"));
    }

    [Fact]
    public async Task Validator_RefusesOneResult_TheOthersCount()
    {
        await _simulation.DropAsync("abc");

        await RunAsync(await _simulation.DeliverAllAsync(_simulation.Worker(configure: services => services.AddCelerityResultValidator(typeof(NoB)))));

        Assert.Equal([TaskState.Succeeded, TaskState.DeadLettered, TaskState.Succeeded], await _simulation.StatesAsync("abc"));
    }

    [Fact]
    public void Handler_OfBothKinds_IsRefused() =>
        Assert.Equal(ErrorCodes.DuplicateTask, Assert.Throws<CelerityException>(() => new ServiceCollection().AddCelerityHandler(typeof(BothKinds<int>))).Code);

    private IServiceProvider Parallel(int parallelism) =>
        _simulation.Worker(configure: services => services.AddSingleton(new WorkerOptions { PackParallelism = parallelism }));

    private static Task RunAsync(IEnumerable<Task> deliveries) =>
        Task.WhenAll(deliveries).WaitAsync(BatchSimulation.Hang, TestContext.Current.CancellationToken);

    private async Task AssertPutBackAsync(string ids)
    {
        foreach (var id in ids)
        {
            var row = await _simulation.RowAsync(id);
            Assert.Equal((TaskState.Enqueued, 1, 1, 0), (row.State, row.Seq, row.Attempt, row.Crashes));
            Assert.Empty(row.Failures);
        }
    }

    private async Task<Celerity.Storage.TableRow?> ProgressAsync(string id)
    {
        var key = TaskKeys.ProgressOf(id);
        return await ((Celerity.Storage.ITableStore)_simulation.Tasks.Storage.Tables).FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None);
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
