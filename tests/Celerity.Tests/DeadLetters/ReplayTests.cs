using System.Text.Json;
using Celerity.DeadLetters.Actions;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.DeadLetters;

public sealed class ReplayTests
{
    private static readonly DeadLetterFilter All = new();

    private readonly LetterBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replay_One_RunsAsANewTaskLinkedBothWays()
    {
        await _bench.DieAsync(0, 1);
        _bench.Tasks.Script.Run = _ => TaskOutcome.CompletedWith("done");

        var action = await _bench.Letters().ReplayAsync("t0", new ReplayOptions(), LetterBench.Note, Cancel);
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());

        Assert.Equal((DeadLetterActionState.Completed, 1), (action.State, action.Done));
        Assert.Equal(TaskState.Succeeded, (await _bench.Tasks.FindAsync(action.TaskId!))!.State);
        var letter = (await _bench.Letters().FindAsync("t0", Cancel))!;
        Assert.Equal((DeadLetterState.Replayed, action.TaskId, action.Id), (letter.State, letter.ReplayedAs, letter.Action));
        Assert.Equal(("7", "n0"), (letter.Headers["tenant"], letter.Payload!.Value.GetProperty("text").GetString()));
        Assert.Equal((0, 1), ((await _bench.OnlyGroupAsync()).Open, (await _bench.OnlyGroupAsync()).Replayed));

        var refusal = await Assert.ThrowsAsync<CelerityException>(() => _bench.Letters().ReplayAsync("t0", new ReplayOptions(), LetterBench.Note, Cancel));
        Assert.Equal(ErrorCodes.NotReplayable, refusal.Code);
        Assert.Contains(action.TaskId!, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ThatDiesAgain_SaysWhoseReplayItIs()
    {
        await _bench.DieAsync(0, 1);
        var first = (await _bench.Letters().FindAsync("t0", Cancel))!;

        var action = await _bench.Letters().ReplayAsync("t0", new ReplayOptions(), LetterBench.Note, Cancel);
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());

        var again = (await _bench.Letters().FindAsync(action.TaskId!, Cancel))!;
        Assert.Equal((first.Id, 1, first.Group), (again.ReplayOf, again.Replays, again.Group));
    }

    [Fact]
    public async Task Replay_EditedPayload_IsWhatRuns()
    {
        await _bench.DieAsync(0, 1);
        var seen = new List<string>();
        _bench.Tasks.Script.Run = context =>
        {
            seen.Add(context.Id);
            return TaskOutcome.Completed;
        };

        var bad = await Assert.ThrowsAsync<CelerityException>(() => _bench.Letters().ReplayAsync(
            "t0", new ReplayOptions { Payload = JsonElement.Parse("""{"text":7}""") }, LetterBench.Note, Cancel));
        Assert.Equal(ErrorCodes.PayloadDoesNotFit, bad.Code);
        Assert.Equal(DeadLetterState.Open, (await _bench.Letters().FindAsync("t0", Cancel))!.State);
        Assert.Empty(await _bench.Letters().ListActionsAsync(cancellationToken: Cancel));

        var action = await _bench.Letters().ReplayAsync(
            "t0", new ReplayOptions { Payload = JsonElement.Parse("""{"text":"edited"}""") }, LetterBench.Note, Cancel);
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());

        Assert.Equal(action.TaskId, Assert.Single(seen));
        var sent = await ((ITableStore)_bench.Tasks.Storage.Tables).FindAsync(
            StorageNames.TasksTable, TaskKeys.SendOf(action.TaskId!).PartitionKey, TaskKeys.SendOf(action.TaskId!).RowKey, Cancel);
        Assert.Contains("edited", System.Text.Encoding.UTF8.GetString(sent!.FindBytes("message")!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Canary_StopsTheRestWhereOneOfItDies()
    {
        await _bench.DieAsync(0, 10);
        var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions { Canary = 3 }, LetterBench.Note, Cancel);

        action = await _bench.FinishAsync(action.Id);

        Assert.Equal((DeadLetterActionState.Stopped, 3), (action.State, action.Done));
        Assert.Contains("canary", action.Reason, StringComparison.Ordinal);
        Assert.Equal(10, (await _bench.OnlyGroupAsync()).Open);
        Assert.Equal(3, (await _bench.OnlyGroupAsync()).Replayed);
    }

    [Fact]
    public async Task Replay_Canary_TheRestFollowsOnceItHasSucceeded()
    {
        await _bench.DieAsync(0, 10);
        _bench.Tasks.Script.Run = _ => TaskOutcome.Completed;
        var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions { Canary = 3 }, LetterBench.Note, Cancel);
        var runner = _bench.Tasks.Worker().GetRequiredService<ActionRunner>();
        for (var step = 0; step < 20; step++)
        {
            await runner.StepAsync(action.Id, Cancel);
        }

        // Nothing has run yet.
        Assert.Equal((DeadLetterActionState.Canary, 3), await StandAsync(action.Id));

        action = await _bench.FinishAsync(action.Id);

        Assert.Equal((DeadLetterActionState.Completed, 10), (action.State, action.Done));
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());
        foreach (var letter in (await _bench.Letters().ListAsync(cancellationToken: Cancel)).Letters)
        {
            Assert.Equal(TaskState.Succeeded, (await _bench.Tasks.FindAsync(letter.ReplayedAs!))!.State);
        }
    }

    [Fact]
    public async Task Replay_Rate_SpreadsTheTasksOverTime()
    {
        await _bench.DieAsync(0, 60);
        var starts = new List<DateTimeOffset>();
        _bench.Tasks.Script.Run = _ =>
        {
            starts.Add(_bench.Tasks.Time.GetUtcNow());
            return TaskOutcome.Completed;
        };
        var asked = _bench.Tasks.Time.GetUtcNow();
        var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions { Rate = "30/m" }, LetterBench.Note, Cancel);

        action = await _bench.FinishAsync(action.Id, runsTasks: false);
        Assert.Equal(60, action.Done);
        Assert.True(action.EndedAt - asked >= TimeSpan.FromSeconds(88), $"{action.EndedAt - asked}");
        var due = await ((ITableStore)_bench.Tasks.Storage.Tables).QueryAsync(StorageNames.TasksTable, new TableQuery(null), Cancel)
            .Where(row => TaskKeys.IsSend(row.RowKey)).Select(row => row.FindTime("dueAt")!.Value).OrderBy(at => at).ToListAsync(Cancel);
        Assert.All(due.Zip(due.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1.99)));
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());
        Assert.Equal(60, starts.Count);
    }

    [Fact]
    public async Task Replay_WhatDiesAgainAndAgain_IsSetAside()
    {
        await _bench.DieAsync(0, 2);
        for (var round = 0; round < 2; round++)
        {
            _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
            var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions { MaxReplays = 2 }, LetterBench.Note, Cancel);
            Assert.Equal(2, (await _bench.FinishAsync(action.Id)).Done);
            await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());
        }

        _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
        var preview = await _bench.Letters().PreviewReplayAsync(All, new ReplayOptions { MaxReplays = 2 }, Cancel);
        Assert.Equal((2, 0, 2), (preview.Matched, preview.Affected, preview.SetAside));
        var last = await _bench.Letters().ReplayAsync(All, new ReplayOptions { MaxReplays = 2 }, LetterBench.Note, Cancel);
        last = await _bench.FinishAsync(last.Id);

        Assert.Equal((0, 2), (last.Done, last.SetAside));
        var aside = (await _bench.Letters().ListAsync(new DeadLetterFilter { State = DeadLetterState.SetAside }, cancellationToken: Cancel)).Letters;
        Assert.Equal(2, aside.Count);

        // Whoever names one wants it.
        _bench.Tasks.Script.Run = _ => TaskOutcome.Completed;
        Assert.Equal(1, (await _bench.Letters().ReplayAsync(aside[0].Id, new ReplayOptions(), LetterBench.Note, Cancel)).Done);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 7)]
    [InlineData(3, 7)]
    public async Task Replay_KilledOrFaultedAtAnyCall_SendsEachLetterOnce(int canary, int letters)
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new LetterBench();
            await bench.DieAsync(0, letters);
            var runs = new Dictionary<string, int>(StringComparer.Ordinal);
            bench.Tasks.Script.Run = context =>
            {
                runs[context.Id] = runs.GetValueOrDefault(context.Id) + 1;
                return TaskOutcome.Completed;
            };
            var action = await bench.Letters().ReplayAsync(All, new ReplayOptions { Canary = canary }, LetterBench.Note, Cancel);

            action = await bench.FinishAsync(action.Id, plan);
            await bench.Tasks.DrainAsync(bench.Tasks.Worker());

            Assert.Equal((DeadLetterActionState.Completed, (long)letters), (action.State, action.Done));
            Assert.Equal(letters, runs.Count);
            Assert.All(runs.Values, count => Assert.Equal(1, count));
            Assert.Equal(runs.Keys.Order(), (await bench.Letters().ListAsync(cancellationToken: Cancel)).Letters.Select(letter => letter.ReplayedAs).Order());
            var group = await bench.OnlyGroupAsync();
            Assert.Equal((0, letters, letters), (group.Open, group.Replayed, group.Total));
            var audit = await bench.Tasks.Worker().GetRequiredService<IAppControl>().ListAuditAsync(cancellationToken: Cancel);
            Assert.Single(audit.Records, record => record.What == "deadLetters.replay");
        });
        Assert.True(played > 30, $"only {played} faults were played");
    }

    [Fact]
    public async Task Replay_CancelledBetweenMarkAndSend_StillSendsWhatIsMarked()
    {
        // Died after it has marked its letters: the next process finds that somebody has stopped it meanwhile.
        await _bench.DieAsync(0, 3);
        _bench.Tasks.Script.Run = _ => TaskOutcome.Completed;
        var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel);
        await _bench.Tasks.Worker().GetRequiredService<ActionRunner>().StepAsync(action.Id, Cancel);
        var killed = new FaultPlan(new SeamCall(0, $"table.TryWriteAll {StorageNames.DeadLettersTable}", 1), FaultKind.KillAfter);
        await Assert.ThrowsAsync<ProcessKilledException>(
            () => _bench.Tasks.Worker(killed).GetRequiredService<ActionRunner>().StepAsync(action.Id, Cancel).AsTask());
        Assert.Equal(0, _bench.Tasks.Storage.Queues.Count(TaskSimulation.Queue));

        Assert.True(await _bench.Letters().CancelActionAsync(action.Id, LetterBench.Note, Cancel));
        action = await _bench.FinishAsync(action.Id);
        await _bench.Tasks.DrainAsync(_bench.Tasks.Worker());

        Assert.Equal((DeadLetterActionState.Cancelled, 3), (action.State, action.Done));
        foreach (var letter in (await _bench.Letters().ListAsync(cancellationToken: Cancel)).Letters)
        {
            Assert.Equal(TaskState.Succeeded, (await _bench.Tasks.FindAsync(letter.ReplayedAs!))!.State);
        }
    }

    [Fact]
    public async Task Replay_StoppedWhileItsStepIsMadeTwice_MarksNothingOnceItHasEnded()
    {
        await _bench.DieAsync(0, 3);
        var id = (await _bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel)).Id;
        await _bench.Tasks.Worker().GetRequiredService<ActionRunner>().StepAsync(id, Cancel);

        // Between its reading of a page and its marks it is stopped, and another process makes the step that ends it.
        DeadLetterAction? ended = null;
        var worker = _bench.Tasks.Worker(configure: services => StageMutation.Decorate<ITableStore>(services, tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                if (ended is null && table == StorageNames.DeadLettersTable)
                {
                    Assert.True(await _bench.Letters().CancelActionAsync(id, LetterBench.Note, Cancel));
                    ended = await _bench.FinishAsync(id, runsTasks: false);
                }

                return await inner.TryWriteAllAsync(table, rows, Cancel);
            },
        }));
        var runner = worker.GetRequiredService<ActionRunner>();
        while (!(await runner.StepAsync(id, Cancel)).IsOver)
        {
        }

        Assert.Equal((DeadLetterActionState.Cancelled, 0), (ended!.State, ended.Done));
        Assert.All((await _bench.Letters().ListAsync(cancellationToken: Cancel)).Letters, letter => Assert.Equal(DeadLetterState.Open, letter.State));
        Assert.Equal("n0", (await _bench.Letters().FindAsync("t0", Cancel))!.Payload!.Value.GetProperty("text").GetString());
        Assert.Equal(0, _bench.Tasks.Storage.Queues.Count(TaskSimulation.Queue));
    }

    [Fact]
    public async Task Replay_WhatDiesOfIt_IsNotReplayedByIt()
    {
        // More than a page, and what dies again is in groups of its own, some of which come after those that the action is at.
        await _bench.DieAsync(0, 60);
        var deaths = 0;
        _bench.Tasks.Script.Run = _ => TaskOutcome.DeadLetter($"again, in {(char)('a' + (deaths++ % 26))}");
        var action = await _bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel);

        action = await _bench.FinishAsync(action.Id);

        Assert.Equal((60, 0), (action.Done, action.SetAside));
    }

    [Fact]
    public async Task Replay_TwoActionsAtOnce_EachLetterIsOneOfTheirs()
    {
        await _bench.DieAsync(0, 120);
        _bench.Tasks.Script.Run = _ => TaskOutcome.Completed;
        var first = (await _bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel)).Id;
        var second = (await _bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel)).Id;

        // The second goes through all of them between the first one's reading of a page and its marks.
        DeadLetterAction? other = null;
        var worker = _bench.Tasks.Worker(configure: services => StageMutation.Decorate<ITableStore>(services, tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                other ??= table == StorageNames.DeadLettersTable ? await _bench.FinishAsync(second, runsTasks: false) : null;
                return await inner.TryWriteAllAsync(table, rows, Cancel);
            },
        }));
        var runner = worker.GetRequiredService<ActionRunner>();
        while (!(await runner.StepAsync(first, Cancel)).IsOver)
        {
        }

        Assert.Equal((120, 0), (other!.Done, (await _bench.Letters().FindActionAsync(first, Cancel))!.Done));
        Assert.Equal(120, _bench.Tasks.Storage.Queues.Count(TaskSimulation.Queue));
    }

    [Fact]
    public async Task Replay_BadRequests_AreCodedAndChangeNothing()
    {
        await _bench.DieAsync(0, 2);
        (DeadLetterFilter Filter, ReplayOptions Options)[] wrong =
        [
            (All, new ReplayOptions { Canary = 3 }),
            (All, new ReplayOptions { Canary = 101 }),
            (All, new ReplayOptions { Canary = -1 }),
            (All, new ReplayOptions { Rate = "fast" }),
            (All, new ReplayOptions { MaxReplays = 0 }),
            (All, new ReplayOptions { Payload = JsonElement.Parse("{}") }),
            (new DeadLetterFilter { Group = "nope" }, new ReplayOptions()),
            (new DeadLetterFilter { Since = TaskSimulation.Start, Before = TaskSimulation.Start }, new ReplayOptions()),
        ];
        foreach (var (filter, options) in wrong)
        {
            var refusal = await Assert.ThrowsAsync<CelerityException>(() => _bench.Letters().ReplayAsync(filter, options, LetterBench.Note, Cancel));
            Assert.Equal(ErrorCodes.BadReplay, refusal.Code);
        }

        foreach (var id in new[] { "t7", "0123456789abcdef-0123456789-t7", new string('x', 5000), "../../etc" })
        {
            var gone = await Assert.ThrowsAsync<CelerityException>(() => _bench.Letters().ReplayAsync(id, new ReplayOptions(), LetterBench.Note, Cancel));
            Assert.Equal(ErrorCodes.UnknownDeadLetter, gone.Code);
        }

        Assert.Empty(await _bench.Letters().ListActionsAsync(cancellationToken: Cancel));
        Assert.Equal(2, (await _bench.OnlyGroupAsync()).Open);
        Assert.Equal(0, _bench.Tasks.Storage.Queues.Count(TaskSimulation.Queue));
    }

    private async Task<(DeadLetterActionState State, long Done)> StandAsync(string id)
    {
        var action = (await _bench.Letters().FindActionAsync(id, Cancel))!;
        return (action.State, action.Done);
    }
}
