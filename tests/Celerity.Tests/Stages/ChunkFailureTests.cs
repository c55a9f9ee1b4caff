using System.Runtime.CompilerServices;
using System.Text;
using Celerity.Retry;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>Whatever fails, the chunk ends with its true cause, and nothing that is no fault of the chunk is counted against it.</summary>
public sealed class ChunkFailureTests
{
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));

    [Fact]
    public async Task Partial_ThatCannotBeWritten_EndsAsDeadWithItsCause()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = Worker(simulation, new ListStage { Number = number => number == 5 ? double.NaN : number });

        var end = await RunAsync(simulation, worker);

        Assert.Equal(1, end.FailedChunks);
        Assert.Equal("[1,2,3,4,6,7,8,9,10,11,12]", end.Result);
        Assert.Equal(ErrorCategory.Permanent, (await DeadAsync(simulation, worker)).Category);
    }

    [Fact]
    public async Task Combine_ThatFailsHalfWayOnce_CountsNothingTwice()
    {
        var failed = false;
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = Worker(simulation, new ListStage
        {
            OnCombine = (_, right) =>
            {
                if (!failed && right[0] == 3)
                {
                    failed = true;
                    throw new InvalidOperationException("once");
                }
            },
        });

        var end = await RunAsync(simulation, worker);

        Assert.True(failed);
        Assert.Equal("[1,2,3,4,5,6,7,8,9,10,11,12]", end.Result);
    }

    [Fact]
    public async Task Failures_LongAndInAnyAlphabet_FitTheLedgerAndTheQueue()
    {
        var message = new string('ж', 5000);
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            Retry = ChunkRetry.Default with { MaxAttempts = 12 },
            OnChunk = number => throw (number == 5 ? new InvalidOperationException(message) : new ArgumentException(message)),
        });
        var worker = simulation.Worker();

        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);

        var end = await simulation.CombineAsync(worker);
        Assert.Equal(12, end.FailedChunks);
        var row = (await worker.GetRequiredService<StageLedger>().ReadPageAsync(simulation.Key, 0, CancellationToken.None))[4];
        Assert.Equal(12, row.Attempt);
        var attempts = row.Failures.Select(failure => failure.Attempt).ToList();
        Assert.Equal((1, 12), (attempts[0], attempts[^1]));
    }

    [Fact]
    public async Task Record_TooLongByBytes_EndsItsChunkWithThatCause()
    {
        var csv = StageBench.Csv($"n\n1\n{new string('9', 12_000_000)}\n3\n");
        var source = StageBench.Source() with { ChunkBy = ChunkBy.Bytes, ChunkBytes = 1024 * 1024, QuotedNewlines = false };
        var simulation = new StageSimulation(csv, source);
        var worker = simulation.Worker();

        var end = await RunAsync(simulation, worker);

        Assert.InRange(end.FailedChunks, 1, 12);
        Assert.Contains("longer than", (await DeadAsync(simulation, worker)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunk_AloneInItsSliceThatKillsItsProcess_KillsAFewOnly()
    {
        var options = new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 6, MaxInFlightChunks = 6 };
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), options);
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        var deaths = 0;
        while (simulation.Storage.Queues.Count(StorageNames.ChunksQueue) > 0)
        {
            Assert.True(deaths < 7, "it goes on killing");
            var plan = new FaultPlan();
            simulation.Poison = number =>
            {
                if (number == 2)
                {
                    plan.Kill("chunk 1");
                    throw new ProcessKilledException("chunk 1");
                }
            };
            try
            {
                await simulation.DrainAsync(simulation.Worker(plan));
            }
            catch (ProcessKilledException)
            {
                deaths++;
                simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
            }
        }

        Assert.Equal(ErrorCategory.Crashed, (await DeadAsync(simulation, simulation.Worker())).Category);
    }

    [Fact]
    public async Task Chunk_InterruptedByShutdownsAndOutages_IsNoCrasher()
    {
        var shutdowns = 0;
        CancellationTokenSource? app = null;
        var failed = false;
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            OnChunk = number =>
            {
                if (number == 2 && !failed)
                {
                    failed = true;
                    throw new InvalidOperationException("leaves its slice");
                }

                if (number == 2 && shutdowns++ < 5)
                {
                    app!.Cancel();
                    throw new OperationCanceledException(app.Token);
                }
            },
        });
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        IQueueStore queues = simulation.Storage.Queues;
        while (simulation.Storage.Queues.Count(StorageNames.ChunksQueue) > 0)
        {
            using var life = app = new CancellationTokenSource();
            if (await queues.ReceiveAsync(StorageNames.ChunksQueue, 1, TimeSpan.FromMinutes(1), CancellationToken.None) is not [var item])
            {
                simulation.Time.Advance(TimeSpan.FromMinutes(1));
                continue;
            }

            try
            {
                await worker.GetRequiredService<SliceExecutor>().RunAsync(item, new StageSimulation.Signal(simulation), app.Token);
                await queues.TryDeleteAsync(StorageNames.ChunksQueue, item, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
            }
        }

        Assert.Equal(6, shutdowns);
        Assert.Equal(0, (await simulation.CombineAsync(worker)).FailedChunks);
    }

    [Fact]
    public async Task Chunk_WhoseEndCannotBeWritten_IsNoCrasher()
    {
        var failed = false;
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            OnChunk = number =>
            {
                if (number == 2 && !failed)
                {
                    failed = true;
                    throw new InvalidOperationException("leaves its slice");
                }
            },
        });
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        while (await simulation.DeliverOneAsync(worker))
        {
        }

        for (var outage = 0; outage < 5; outage++)
        {
            // All others have ended: the only row that is left to insert is the end of this chunk.
            var plan = new FaultPlan(new SeamCall(0, $"table.TryInsert {StorageNames.LedgerTable}", 1), FaultKind.LostRequest);
            await Assert.ThrowsAsync<InjectedFaultException>(() => simulation.DrainAsync(simulation.Worker(plan)));
            simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        }

        await simulation.DrainAsync(worker);

        Assert.Equal(0, (await simulation.CombineAsync(worker)).FailedChunks);
    }

    [Fact]
    public async Task DeadLetter_OfAChunk_TellsAllOfItAndCanBeSentAgain()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            Retry = ChunkRetry.Default with { MaxAttempts = 3 },
            OnChunk = number => Refuse(number, refused: 5),
        });

        await RunAsync(simulation, simulation.Worker());

        var row = Assert.Single(await DeadLettersAsync(simulation));
        Assert.Equal(
            ("chunk", simulation.Key.ChunkId(4), simulation.Key.Run, nameof(SumStage), 4, 3, StorageNames.ChunksQueue),
            (row.FindString("kind"), row.FindString("id"), row.FindString("run"), row.FindString("stage"), row.GetInt32("chunk"), row.GetInt32("attempt"), row.FindString("queue")));
        Assert.Equal((nameof(ErrorCategory.Transient), "no 5"), (row.FindString("category"), row.FindString("reason")));
        var failures = FailureHistory.Read(row.FindString("failures"));
        Assert.Equal([1, 2, 3], failures.Select(failure => failure.Attempt));
        Assert.Equal((failures[2].At, failures[2].Host), (row.FindTime("at")!.Value, row.FindString("host")));
        Assert.Contains(nameof(Refuse), failures[2].Stack, StringComparison.Ordinal);
        var message = SliceMessage.TryDecode(Encoding.UTF8.GetString(row.FindBytes("body")!), out _)!;
        Assert.Equal((4, 4, 3), (message.First, message.Last, message.Attempt));
    }

    [Fact]
    public async Task Storage_TimesOutByItself_MessageIsNotDropped()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        var slow = simulation.Worker(configure: services => services.AddSingleton<IBlobStore>(new TimingOut(simulation.Storage.Blobs)));

        // What Azure's client throws when its own network time-out is over.
        await Assert.ThrowsAsync<TaskCanceledException>(() => simulation.DeliverOneAsync(slow));
    }

    [Theory]
    [InlineData(40, 30)]
    [InlineData(0, 30)]
    public void Backoff_SettingsOutOfRange_StaysWithinWhatTheQueueTakes(int maxDays, int days)
    {
        var retry = new ChunkRetry(5, TimeSpan.FromDays(days), TimeSpan.FromDays(maxDays));

        Assert.InRange(RetryDecision.Backoff(ChunkVerdicts.PolicyOf(retry), 5, 1), TimeSpan.Zero, TimeSpan.FromDays(7));
        Assert.Equal(TimeSpan.Zero, RetryDecision.Backoff(ChunkVerdicts.PolicyOf(retry with { Backoff = TimeSpan.FromSeconds(-1) }), 2, 1));
    }

    [Fact]
    public void Tolerance_ShareThatIsNoBinaryFraction_IsMetExactly()
    {
        var tolerance = new Tolerance { FailedChunkShare = 0.29 };

        Assert.Null(ToleranceCheck.FindFault(tolerance, new LedgerCount(100, 29, 0, 0)));
        Assert.NotNull(ToleranceCheck.FindFault(tolerance, new LedgerCount(100, 30, 0, 0)));
        Assert.Null(ToleranceCheck.FindFault(new Tolerance { FailedChunkShare = 1e300 }, new LedgerCount(100, 100, 0, 0)));
    }

    [Fact]
    public async Task Finish_FaultWithAVeryLongMessage_EndsTheRun()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        var fault = new StageFault(ErrorCodes.StageCodeFailed, new string('x', 100_000));

        await worker.GetRequiredService<RunLifecycle>().FinishAsync(simulation.Key.Run, 1, null, fault, CancellationToken.None);

        var run = await worker.GetRequiredService<RunStore>().FindAsync(simulation.Key.Run, CancellationToken.None);
        Assert.Equal(RunState.Failed, run!.State);
        Assert.StartsWith("xxx", run.ErrorMessage, StringComparison.Ordinal);
    }

    // Never inlined: the trace that a dead letter carries is looked for by this name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Refuse(int number, int refused)
    {
        if (number == refused)
        {
            throw new InvalidOperationException($"no {number}");
        }
    }

    private static ServiceProvider Worker(StageSimulation simulation, ListStage stage) => simulation.Worker(configure: services =>
    {
        services.RemoveAll<IStageRunner>();
        services.AddSingleton<IStageRunner>(new StageRunner<List<double>, List<double>>(nameof(SumStage), stage));
    });

    private static async Task<StageEnd> RunAsync(StageSimulation simulation, ServiceProvider worker)
    {
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);
        return await simulation.CombineAsync(worker);
    }

    private static Task<List<TableRow>> DeadLettersAsync(StageSimulation simulation) => simulation.Storage.LettersAsync();

    private static async Task<ChunkEnd> DeadAsync(StageSimulation simulation, ServiceProvider worker)
    {
        var ledger = worker.GetRequiredService<StageLedger>();
        var ends = new List<ChunkEnd>();
        for (var page = 0; page < simulation.Plan!.Layout.PageCount; page++)
        {
            ends.AddRange(await ledger.ReadPageAsync(simulation.Key, page, CancellationToken.None));
        }

        return ends.First(end => end.IsDead);
    }

    private sealed class TimingOut(IBlobStore inner) : IBlobStore
    {
        public ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
            inner.FindAsync(container, name, cancellationToken);

        public ValueTask<Stream> OpenReadAsync(
            string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
            container == "data" ? throw new TaskCanceledException("The operation was cancelled because it exceeded the configured timeout.")
                : inner.OpenReadAsync(container, name, offset, length, etag, cancellationToken);

        public ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.WriteAsync(container, name, content, cancellationToken);

        public IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(container, prefix, cancellationToken);

        public ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken) =>
            inner.TryWriteNewAsync(container, name, content, cancellationToken);

        public ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.WriteBlockAsync(container, name, block, content, cancellationToken);

        public ValueTask<bool> TryCommitAsync(
            string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken) =>
            inner.TryCommitAsync(container, name, blocks, owner, etag, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken) =>
            inner.TryDeleteAsync(container, name, cancellationToken);
    }
}
