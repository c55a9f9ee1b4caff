using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Model;

/// <summary>Lets a world of runs come to rest, and tells what is wrong then.</summary>
internal sealed class RunEnding(RunWorld world)
{
    private const int MaxRounds = 12;

    public string? Find()
    {
        if (world.Story.HasSuspension)
        {
            Rest(2);
            Resume();
        }

        Rest(MaxRounds);

        return world.Account.Violation ?? FindOfRuns() ?? FindLeft() ?? world.Story.Operations.Select(FindOf).FirstOrDefault(found => found is not null);
    }

    // Whoever has suspended it resumes it at last, where nobody has.
    private void Resume()
    {
        var isSuspended = world.Tables.All(StorageNames.ControlTable).Any(row =>
            row.PartitionKey == ControlEntry.Partition && ControlEntry.KindOf(row.RowKey) == ControlKind.SuspendRun && ControlEntry.From(row).Read<PauseNote>().IsPaused);
        if (isSuspended)
        {
            new RunProcess(world).Calm("resume", services => services.GetRequiredService<IRunControl>().ResumeAsync(world.Run!, new ActionNote("", ""), CancellationToken.None));
        }
    }

    private void Rest(int rounds)
    {
        for (var round = 0; round == 0 || (round < rounds && !IsAtRest()); round++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(2));
            var maintainer = new RunProcess(world);
            maintainer.Calm("maintain", maintainer.MaintainAsync);
            world.Account.Wake();
            RunScenes.DeliverAll(world);
            while (world.Account.Next is not null)
            {
                RunScenes.Orchestrate(world);
                RunScenes.DeliverAll(world);
            }
        }
    }

    private bool IsAtRest() => world.Account.Orchestrations.All(orchestration => orchestration.HasEnded) && world.Account.Runs().Values.All(run => run.State.IsEnd()) && FindLeft() is null;

    private string? FindOfRuns()
    {
        var runs = world.Account.Runs();
        if (runs.Count > (world.Story.HasClone ? 2 : 1) || world.Account.AnsweredRuns.Any(run => !runs.ContainsKey(run)))
        {
            return $"{runs.Count} runs of one key, of {world.Account.AnsweredRuns.Count} that were answered";
        }

        foreach (var run in runs.Values)
        {
            if (!run.State.IsEnd() || !world.Account.Orchestrations.All(orchestration => orchestration.HasEnded))
            {
                return $"the run stays {run.State} in generation {run.Generation}";
            }

            if ((FindOfResult(run) ?? FindOfLedger(run)) is { } found)
            {
                return found;
            }
        }

        if (world.Story.HasClone && !world.Account.IsFirstUntouched)
        {
            return "the run that was cloned is not as it was";
        }

        var commands = world.Tables.All(StorageNames.RunsTable).Select(row => row.FindString("command")).OfType<string>().ToList();
        return commands.Distinct().Count() == commands.Count ? null : $"generations of {string.Join(", ", commands)}";
    }

    // In the first generation of some scenes the second chunk is bad; all else comes to the sum of both, once each.
    private string? FindOfResult(RunRecord run)
    {
        var isBad = run.Generation == 1 && run.Id == RunWorld.FirstRun && world.Story.HasEnded;
        var expected = isBad ? RunState.SucceededWithErrors : RunState.Succeeded;
        if (run.State is not (RunState.Succeeded or RunState.SucceededWithErrors))
        {
            return run.State == RunState.Cancelled && world.Story.HasCancel ? null : $"the run ends as {run.State}: {run.ErrorMessage}";
        }

        var result = world.Account.ResultOf(run);
        var whole = run.CloneOf is null ? """{"sum":3,"seen":"1;2;"}""" : """{"sum":9,"seen":"4;5;"}""";
        var sums = Enumerable.Range(1, world.Story.Stages).Select(stage => isBad && stage == world.Story.Stages ? """{"sum":1,"seen":"1;"}""" : whole);
        return run.State != expected || result != string.Concat(sums) ? $"generation {run.Generation} ends as {run.State} with {result}" : null;
    }

    // Each chunk's end is written down once, and counted.
    private string? FindOfLedger(RunRecord run)
    {
        for (var stage = 1; run.State != RunState.Cancelled && stage <= world.Story.Stages; stage++)
        {
            var key = new StageKey(run.Id, run.Generation, stage);
            var root = world.Tables.All(StorageNames.LedgerTable).Single(row => row.PartitionKey == key.RootPartition);
            var page = root.GetInt32("generation") is > 0 and var generation ? key with { Generation = generation } : key;
            var ends = world.Tables.All(StorageNames.LedgerTable).Where(row => row.PartitionKey == page.PagePartition(0)).Select(ChunkEnd.From).ToList();
            if (!ends.Select(end => end.Chunk).SequenceEqual(Enumerable.Range(0, stage < world.Story.Stages ? 1 : 2))
                || root.GetInt32("chunks") != ends.Count || root.GetInt32("dead") != ends.Count(end => end.IsDead))
            {
                return $"{key} counts {root.GetInt32("chunks")} chunks, {root.GetInt32("dead")} of them dead, of {string.Join(", ", ends.Select(end => end.Chunk))}";
            }
        }

        return null;
    }

    private string? FindLeft()
    {
        var notes = world.Tables.All(StorageNames.ControlTable).Where(row => row.PartitionKey == "pending-runs"
            || (row.PartitionKey == ControlEntry.Partition && ControlEntry.KindOf(row.RowKey) is ControlKind.SuspendRun or ControlKind.Refill)).ToList();
        var letters = world.Tables.All(StorageNames.DeadLettersTable).Count(row => row.Values.ContainsKey("chunk"));
        var dead = world.Tables.All(StorageNames.LedgerTable).Count(row => row.Values.ContainsKey("category"));
        return world.Queues.HeldCount > 0 ? "there are messages that are held"
            : notes.Count > 0 ? $"There are left {string.Join(", ", notes.Select(row => row.RowKey))}"
            : letters != dead ? $"{letters} letters of {dead} dead chunks"
            : null;
    }

    // What was answered has been done.
    private string? FindOf(RunOperation operation)
    {
        if (world.Answers.Of(operation) is not { } generation || operation.Kind is not (RunOperationKind.RetryFailed or RunOperationKind.Restart))
        {
            return null;
        }

        return world.Account.Orchestrations.Any(orchestration => orchestration.Generation == generation) ? null : $"{operation.Name} was answered, and never began";
    }
}
