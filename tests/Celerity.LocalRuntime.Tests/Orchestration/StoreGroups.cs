using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>Writes that come together are one transaction, and yet each is its own affair.</summary>
public sealed class StoreGroups
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task WriteAsync_WhileAnotherIsMade_WaitsForItsGroup_AndOneThatThrowsLeavesTheOthersAlone()
    {
        using var store = SqliteOrchestrationStore.InMemory();
        var writer = new StoreWriter(store.Group);
        using var begun = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var first = Task.Run(() => writer.WriteAsync(() =>
        {
            begun.Release();
            return release.Wait(EngineWorld.HangLimit);
        }));
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));

        var writes = new[] { "a", null, "b" }.Select(name => writer.WriteAsync(() => store.TryCreate(Named(name), []) is null)).ToArray();
        Assert.All(writes, write => Assert.False(write.IsCompleted));
        release.Release();

        Assert.True(await first);
        Assert.True(await writes[0]);
        await Assert.ThrowsAsync<SqliteException>(() => writes[1]);
        Assert.True(await writes[2]);
        Assert.Equal(["a", "b"], store.List(new InstanceFilter(), null, 10).Select(row => row.Id));
    }

    // By the processor's order of writes and reads: the second write is to come just as the first one's group ends, so it comes a little later each round.
    [Fact]
    public void WriteAsync_WhileAnotherEnds_IsNotForgotten()
    {
        const int Rounds = 100_000;
        var writer = new StoreWriter(write => write());
        var forgotten = 0;
        using var together = new Barrier(2);

        Parallel.Invoke(() => WriteEachRound(0), () => WriteEachRound(500));

        Assert.Equal(0, forgotten);

        void WriteEachRound(int latest)
        {
            for (var round = 0; round < Rounds; round++)
            {
                together.SignalAndWait();
                for (var pause = 0; pause < latest && pause < round % 500; pause++)
                {
                    Volatile.Read(ref forgotten);
                }

                var write = writer.WriteAsync(() => true);
                together.SignalAndWait();
                Interlocked.Add(ref forgotten, write.IsCompleted ? 0 : 1);
            }
        }
    }

    [Fact]
    public void Group_WhoseTransactionIsLost_StoresNothingAndSaysSo()
    {
        using var session = new SqliteSession("Data Source=:memory:");
        session.Execute("CREATE TABLE T(N INTEGER)");

        Assert.Throws<InvalidOperationException>(() => session.Group(() =>
        {
            Insert(session, 1);
            Assert.Throws<TimeoutException>(() => session.Write<bool>(() =>
            {
                // As a full disk does.
                session.Execute("ROLLBACK");
                throw new TimeoutException();
            }));
            Assert.Throws<InvalidOperationException>(() => Insert(session, 2));
        }));

        Assert.Equal(0, Count(session));
        Insert(session, 3);
        Assert.Equal(1, Count(session));
    }

    private static NewInstance Named(string? name)
    {
        var instance = NewInstances.Create(name ?? "none", "N", "", null, Now);
        return name is null ? instance with { Row = instance.Row with { Name = null! } } : instance;
    }

    private static void Insert(SqliteSession session, int number) => session.Write(() => session.Execute("INSERT INTO T VALUES($1)", number));

    private static int Count(SqliteSession session) => session.Read(() => session.Query("SELECT count(*) FROM T", row => row.GetInt32(0)))[0];
}
