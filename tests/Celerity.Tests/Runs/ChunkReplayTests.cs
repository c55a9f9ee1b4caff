using System.Text.Json;
using Celerity.DeadLetters.Actions;
using Celerity.Runs;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Dead letters of chunks are replayed as a generation of their run.</summary>
public sealed class ChunkReplayTests
{
    private static readonly ActionNote Note = new("ann", "the other side is back");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replay_OneLetter_RunsItsChunkAndLinksBothWays()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var run = bench.Stage.Key.Run;
        var (one, other) = await BothAsync(bench);

        var action = await LettersOf(bench).ReplayAsync(one.Id, new ReplayOptions(), Note, Cancel);

        Assert.Equal((DeadLetterActionState.Completed, $"{run}.g2.s1.c1"), (action.State, action.TaskId));
        Assert.NotNull(await bench.Worker.GetRequiredService<PendingRuns>().FindAsync(run, Cancel));

        // It dies again.
        bench.Bad.Add(3);
        await bench.Stage.BeginAsync(bench.Worker);
        var end = await bench.GoOnAsync();

        Assert.Equal([3], bench.Ran);
        Assert.Equal(2, end.FailedChunks);
        var letters = await bench.LettersAsync();
        Assert.Equal([one.Id, other.Id, .. letters.Skip(2).Select(letter => letter.Id)], letters.Select(letter => letter.Id));
        Assert.Equal((DeadLetterState.Replayed, action.TaskId, action.Id), (letters[0].State, letters[0].ReplayedAs, letters[0].Action));
        Assert.Equal(DeadLetterState.Open, letters[1].State);
        Assert.Equal((action.TaskId, DeadLetterState.Open, one.Id, 1), (letters[2].SubjectId, letters[2].State, letters[2].ReplayOf, letters[2].Replays));

        // The other died in the first generation and was taken over: its letter stands for it.
        var again = await LettersOf(bench).ReplayAsync(other.Id, new ReplayOptions(), Note, Cancel);
        Assert.Equal($"{run}.g3.s1.c13", again.TaskId);
    }

    [Fact]
    public async Task Replay_Many_RetriesAllThatFailedOfTheRunAsOneGeneration()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        bench.Stage.Time.Advance(TimeSpan.FromSeconds(1));

        var action = await bench.FinishAsync(await LettersOf(bench).ReplayAsync(new DeadLetterFilter(), new ReplayOptions(), Note, Cancel));

        Assert.Equal((DeadLetterActionState.Completed, 2L, 0L), (action.State, action.Done, action.Refused));
        await bench.Stage.BeginAsync(bench.Worker);
        Assert.Equal(0, (await bench.GoOnAsync()).FailedChunks);
        Assert.Equal([3, 27], bench.Ran);
        Assert.Equal(2, bench.Stage.Key.Generation);
        Assert.All(await bench.LettersAsync(), letter => Assert.Equal((DeadLetterState.Replayed, action.Id), (letter.State, letter.Action)));
    }

    [Fact]
    public async Task Replay_AnyFaultAtAnyCall_MakesOneGeneration()
    {
        await EveryFault.PlayAsync(async plan =>
        {
            var bench = await GenerationBench.WithFailuresAsync();
            bench.Stage.Time.Advance(TimeSpan.FromSeconds(1));
            var asked = await LettersOf(bench).ReplayAsync(new DeadLetterFilter(), new ReplayOptions(), Note, Cancel);
            bench.Disturb(plan);

            var action = await bench.FinishAsync(asked);

            Assert.Equal((DeadLetterActionState.Completed, 2L, 0L), (action.State, action.Done, action.Refused));
            var run = await bench.Stage.Worker().GetRequiredService<RunStore>().FindWithStagesAsync(bench.Stage.Key.Run, Cancel);
            Assert.Equal((2, RunState.Pending, action.Id), (run!.Run.Generation, run.Run.State, Assert.Single(run.Generations).Command));

            // Where the command was asked again, its note is due a minute later.
            bench.Stage.Time.Advance(TimeSpan.FromMinutes(1));
            var pending = bench.Stage.Worker().GetRequiredService<PendingRuns>();
            Assert.Equal(run.Run.Id, Assert.Single(await pending.ListDueAsync(Cancel).ToListAsync(Cancel)).Run);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_WithCanary_EndsAsItsChunkDoes(bool isMended)
    {
        var bench = await GenerationBench.WithFailuresAsync();
        bench.Stage.Time.Advance(TimeSpan.FromSeconds(1));
        var letters = LettersOf(bench);
        var asked = await letters.ReplayAsync(new DeadLetterFilter(), new ReplayOptions { Canary = 1 }, Note, Cancel);
        if (!isMended)
        {
            bench.Bad.UnionWith([3, 27]);
        }

        var runner = bench.Worker.GetRequiredService<ActionRunner>();
        for (var step = 0; step < 3; step++)
        {
            await runner.StepAsync(asked.Id, Cancel);
        }

        Assert.Equal(DeadLetterActionState.Canary, (await letters.FindActionAsync(asked.Id, Cancel))!.State);
        await bench.Stage.BeginAsync(bench.Worker);
        await bench.GoOnAsync();
        var action = await bench.FinishAsync(asked);

        Assert.Equal(isMended ? DeadLetterActionState.Completed : DeadLetterActionState.Stopped, action.State);
        Assert.Equal(!isMended, action.Reason?.Contains(".g2.s1.c", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Replay_RunIsAtWork_IsRefusedAndChangesNothing()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var (one, other) = await BothAsync(bench);
        await LettersOf(bench).ReplayAsync(one.Id, new ReplayOptions(), Note, Cancel);

        var refused = await Assert.ThrowsAsync<CelerityException>(() => LettersOf(bench).ReplayAsync(other.Id, new ReplayOptions(), Note, Cancel));
        bench.Stage.Time.Advance(TimeSpan.FromSeconds(1));
        var many = await bench.FinishAsync(await LettersOf(bench).ReplayAsync(new DeadLetterFilter(), new ReplayOptions(), Note, Cancel));

        Assert.Equal(ErrorCodes.RunAtWork, refused.Code);
        Assert.Equal((0L, 2L), (many.Done, many.Refused));
        var run = await bench.Worker.GetRequiredService<RunStore>().FindAsync(bench.Stage.Key.Run, Cancel);
        Assert.Equal((2, RunState.Pending), (run!.Generation, run.State));
    }

    [Fact]
    public async Task Replay_WithAPayload_IsRefused()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var (one, _) = await BothAsync(bench);

        var refused = await Assert.ThrowsAsync<CelerityException>(
            () => LettersOf(bench).ReplayAsync(one.Id, new ReplayOptions { Payload = JsonSerializer.SerializeToElement(1) }, Note, Cancel));

        Assert.Equal(ErrorCodes.NotReplayable, refused.Code);
    }

    [Theory]
    [InlineData(StorageNames.ControlTable)]
    [InlineData(StorageNames.RunsTable)]
    public async Task Restart_AnotherMakesTheGenerationInBetween_IsRefused(string before)
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var run = bench.Stage.Key.Run;
        var theirs = bench.Worker.GetRequiredService<RunRestarts>();
        var isMade = false;
        async ValueTask MakeTheirsAsync(string table)
        {
            if (table == before && !isMade)
            {
                isMade = true;
                await theirs.RestartAsync(run, RunRestart.Failed, "theirs", Note, Cancel);
            }
        }

        var mine = bench.Stage.Worker(configure: services => StageMutation.Decorate<ITableStore>(services, tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) =>
            {
                await MakeTheirsAsync(table);
                return await inner.TryInsertAsync(table, row, Cancel);
            },
            WriteAll = async (inner, table, rows) =>
            {
                await MakeTheirsAsync(table);
                return await inner.TryWriteAllAsync(table, rows, Cancel);
            },
        })).GetRequiredService<RunRestarts>();

        var refused = await Assert.ThrowsAsync<CelerityException>(async () => await mine.RestartAsync(run, RunRestart.Failed, "mine", Note, Cancel));

        Assert.Equal(ErrorCodes.RunAtWork, refused.Code);
        var found = await bench.Worker.GetRequiredService<RunStore>().FindWithStagesAsync(run, Cancel);
        Assert.Equal((2, "theirs"), (found!.Run.Generation, Assert.Single(found.Generations).Command));
    }

    private static IDeadLetters LettersOf(GenerationBench bench) => bench.Worker.GetRequiredService<IDeadLetters>();

    private static async Task<(DeadLetter Three, DeadLetter TwentySeven)> BothAsync(GenerationBench bench)
    {
        var letters = await bench.LettersAsync();
        Assert.Equal([1, 13], letters.Select(letter => letter.Chunk!.Value).Order());
        return (letters.Single(letter => letter.Chunk == 1), letters.Single(letter => letter.Chunk == 13));
    }
}
