using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.AzureStorage.Tests.Faults;

public sealed class FaultPlanTests
{
    private const string Insert = "table.TryInsert CelerityTasks";
    private const string Send = "queue.Send celerity-default";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_AfterARunWithoutFaults_NameEachCallInOrder()
    {
        var plan = new FaultPlan();

        await InsertThenSendTwice(plan, new InMemoryStorage());

        Assert.Equal([new SeamCall(1, Insert, 1), new SeamCall(2, Send, 1), new SeamCall(3, Send, 2)], plan.Calls);
        Assert.False(plan.HasFired);
    }

    [Theory]
    [InlineData(FaultKind.LostRequest, 0)]
    [InlineData(FaultKind.LostReply, 1)]
    public async Task LostCall_IsSeenByTheCallerAndDoneOnlyWhereTheReplyWasLost(FaultKind kind, int rows)
    {
        var storage = new InMemoryStorage();
        var plan = new FaultPlan(new SeamCall(1, Insert, 1), kind);

        await Assert.ThrowsAsync<InjectedFaultException>(() => InsertThenSendTwice(plan, storage));

        Assert.True(plan.HasFired);
        Assert.Equal(rows, storage.Tables.Count(StorageNames.TasksTable));
        await new FaultyQueueStore(storage.Queues, plan).SendAsync(StorageNames.DefaultQueue, "still alive", TimeSpan.Zero, Token);
        Assert.Equal(1, storage.Queues.Count(StorageNames.DefaultQueue));
    }

    [Theory]
    [InlineData(FaultKind.KillBefore, 1)]
    [InlineData(FaultKind.KillAfter, 2)]
    public async Task KilledProcess_DoesNothingAfterItsDeath(FaultKind kind, int messages)
    {
        var storage = new InMemoryStorage();
        var plan = new FaultPlan(new SeamCall(3, Send, 2), kind);

        await Assert.ThrowsAsync<ProcessKilledException>(() => InsertThenSendTwice(plan, storage));

        Assert.True(plan.IsDead);
        await Assert.ThrowsAsync<ProcessKilledException>(() => InsertThenSendTwice(plan, storage));
        Assert.Equal(messages, storage.Queues.Count(StorageNames.DefaultQueue));
    }

    [Fact]
    public async Task ForEach_CallsOfARun_BreaksEachOfThemInEachWay()
    {
        var recorded = new FaultPlan();
        await InsertThenSendTwice(recorded, new InMemoryStorage());

        var plans = FaultPlan.ForEach(recorded.Calls).ToList();
        foreach (var plan in plans)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => InsertThenSendTwice(plan, new InMemoryStorage()));
        }

        Assert.Equal(3 * 4, plans.Count);
        Assert.All(plans, plan => Assert.True(plan.HasFired, plan.ToString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task LostReply_OfAQuery_StrikesAlsoWhereTheCallerStopsEarly(int take)
    {
        var storage = new InMemoryStorage();
        ITableStore tables = storage.Tables;
        for (var at = 0; at < 3; at++)
        {
            await tables.TryInsertAsync(StorageNames.TasksTable, new TableRow("p", $"r{at}", new Dictionary<string, object>()), Token);
        }

        var plan = new FaultPlan(new SeamCall(1, "table.Query CelerityTasks", 1), FaultKind.LostReply);
        var query = new FaultyTableStore(tables, plan).QueryAsync(StorageNames.TasksTable, new TableQuery("p"), Token);

        await Assert.ThrowsAsync<InjectedFaultException>(async () => await query.Take(take).CountAsync(Token));
    }

    [Fact]
    public async Task AddCelerityFaults_AfterStorage_CountsTheCallsOfTheRegisteredSeams()
    {
        var plan = new FaultPlan();
        await using var provider = new ServiceCollection().AddInMemoryCelerityStorage().AddCelerityFaults(plan).BuildServiceProvider();

        await provider.GetRequiredService<IStorageSetup>().EnsureAsync(Token);
        await provider.GetRequiredService<IQueueStore>().SendAsync(StorageNames.DefaultQueue, "one", TimeSpan.Zero, Token);
        await provider.GetRequiredService<IBlobStore>().FindAsync(StorageNames.ResultsContainer, "none", Token);
        await provider.GetRequiredService<ITableStore>().FindAsync(StorageNames.RunsTable, "p", "r", Token);

        Assert.Equal([Send, "blob.Find celerity-results", "table.Find CelerityRuns"], plan.Calls.Select(call => call.Name));
        Assert.Equal(1, provider.GetRequiredService<InMemoryQueueStore>().Count(StorageNames.DefaultQueue));
    }

    [Fact]
    public void AddCelerityFaults_WithoutStorage_SaysWhatIsMissing() =>
        Assert.Contains("Add the storage", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddCelerityFaults(new FaultPlan())).Message);

    private static async Task InsertThenSendTwice(FaultPlan plan, InMemoryStorage storage)
    {
        var row = new TableRow("p", "r", new Dictionary<string, object> { ["Name"] = "x" });
        await new FaultyTableStore(storage.Tables, plan).TryInsertAsync(StorageNames.TasksTable, row, Token);
        await new FaultyQueueStore(storage.Queues, plan).SendAsync(StorageNames.DefaultQueue, "one", TimeSpan.Zero, Token);
        await new FaultyQueueStore(storage.Queues, plan).SendAsync(StorageNames.DefaultQueue, "two", TimeSpan.Zero, Token);
    }
}
