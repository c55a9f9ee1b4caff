using Celerity.Priorities;
using Celerity.Storage;
using Celerity.Tasks;
using Xunit;

namespace Celerity.Tests.Priorities;

public sealed class PriorityGateTests(ITestOutputHelper output)
{
    [Fact]
    public async Task AllBacklogsFull_HighComesFirst_AndEachOtherGetsATenth()
    {
        var gate = new PriorityGate(new WorkerOptions { Concurrency = 1 });
        var started = new List<string>();
        var place = await gate.TryEnterAsync(StorageNames.DefaultQueue, CancellationToken.None);
        var waiting = new List<Task>();
        foreach (var queue in new[] { StorageNames.LowQueue, StorageNames.DefaultQueue, StorageNames.HighQueue })
        {
            waiting.AddRange(Enumerable.Range(0, 100).Select(_ => RunAsync(queue)));
        }

        place!.Dispose();
        await Task.WhenAll(waiting);

        var first = started.Take(100).CountBy(queue => queue).ToDictionary();
        output.WriteLine(string.Join(", ", first));
        Assert.InRange(first[StorageNames.HighQueue], 77, 80);
        Assert.InRange(first[StorageNames.DefaultQueue], 10, 12);
        Assert.InRange(first[StorageNames.LowQueue], 10, 12);
        Assert.Equal(300, started.Count);
        Assert.True(started.LastIndexOf(StorageNames.HighQueue) < 135);

        async Task RunAsync(string queue)
        {
            using (await gate.TryEnterAsync(queue, CancellationToken.None))
            {
                started.Add(queue);
            }
        }
    }

    [Fact]
    public async Task Concurrency_IsNeverExceeded_AndGivenBackOnce()
    {
        var gate = new PriorityGate(new WorkerOptions { Concurrency = 2 });
        var one = await gate.TryEnterAsync("own", CancellationToken.None);
        var two = await gate.TryEnterAsync("own", CancellationToken.None);
        var three = gate.TryEnterAsync("own", CancellationToken.None).AsTask();
        var four = gate.TryEnterAsync("own", CancellationToken.None).AsTask();
        Assert.False(three.IsCompleted);

        one!.Dispose();
        one.Dispose();

        Assert.NotNull(await three);
        Assert.False(four.IsCompleted);
        two!.Dispose();
        Assert.NotNull(await four);
    }

    [Fact]
    public async Task Stopping_WhoWaits_LeavesWithoutAPlace()
    {
        var gate = new PriorityGate(new WorkerOptions { Concurrency = 1 });
        using var stopping = new CancellationTokenSource();
        var place = await gate.TryEnterAsync("own", stopping.Token);
        var waiting = gate.TryEnterAsync("own", stopping.Token).AsTask();

        await stopping.CancelAsync();

        Assert.Null(await waiting);
        place!.Dispose();
        Assert.NotNull(await gate.TryEnterAsync("own", CancellationToken.None));
    }
}
