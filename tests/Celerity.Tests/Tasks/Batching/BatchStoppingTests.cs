using Celerity.Revocation;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>What ends a batch, or one task of it, from outside: time limits, revocations, shutdowns.</summary>
public sealed class BatchStoppingTests
{
    private readonly BatchSimulation _simulation = new();

    private BatchScript Script => _simulation.Script;

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
        await BatchSimulation.EndAsync(deliveries);

        Assert.Equal(1, worker.GetRequiredService<Celerity.Workers.WorkerLoad>().Zombies);
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
        await BatchSimulation.EndAsync(deliveries);

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
        await BatchSimulation.EndAsync(deliveries);

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
        await BatchSimulation.EndAsync(deliveries);

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
        await BatchSimulation.EndAsync(deliveries);

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
        await BatchSimulation.EndAsync(deliveries);

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
        await BatchSimulation.EndAsync(deliveries);

        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abc"));
    }

    private async Task AssertPutBackAsync(string ids)
    {
        foreach (var id in ids)
        {
            var row = await _simulation.RowAsync(id);
            Assert.Equal((TaskState.Enqueued, 1, 1, 0), (row.State, row.Seq, row.Attempt, row.Crashes));
            Assert.Empty(row.Failures);
        }
    }
}
