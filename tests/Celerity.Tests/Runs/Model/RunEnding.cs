using Celerity.Runs;
using Celerity.Storage;

namespace Celerity.Tests.Runs.Model;

/// <summary>Lets a world of runs come to rest, and tells what is wrong then.</summary>
internal sealed class RunEnding(RunWorld world)
{
    private const int MaxRounds = 12;

    public string? Find()
    {
        Rest();
        return world.Account.Violation ?? FindOfRuns() ?? FindLeft() ?? world.Story.Operations.Select(FindOf).FirstOrDefault(found => found is not null);
    }

    private void Rest()
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(2));
            var maintainer = new RunProcess(world);
            maintainer.Calm("maintain", services => RunWorld.MaintainAsync(maintainer, services));
            world.Account.Wake();
            RunScenes.DeliverAll(world);
            while (world.Account.Next is { } orchestration)
            {
                new RunProcess(world).Calm("orchestrate", orchestration.StepAsync);
                RunScenes.DeliverAll(world);
            }
        }
    }

    private string? FindOfRuns()
    {
        var runs = world.Account.Runs();
        if (runs.Count > 1 || world.Account.AnsweredRuns.Any(run => !runs.ContainsKey(run)))
        {
            return $"{runs.Count} runs of one key, of {world.Account.AnsweredRuns.Count} that were answered";
        }

        foreach (var run in runs.Values)
        {
            if (!run.State.IsEnd() || !world.Account.Orchestrations.All(orchestration => orchestration.HasEnded))
            {
                return $"the run stays {run.State} in generation {run.Generation}";
            }

            if (FindOfResult(run) is { } found)
            {
                return found;
            }
        }

        var commands = world.Tables.All(StorageNames.RunsTable).Select(row => row.FindString("command")).OfType<string>().ToList();
        return commands.Distinct().Count() == commands.Count ? null : $"generations of {string.Join(", ", commands)}";
    }

    // In the first generation of some scenes the second chunk is bad; all else comes to the sum of both, once each.
    private string? FindOfResult(RunRecord run)
    {
        var expected = run.Generation == 1 && world.Story.HasEnded ? RunState.SucceededWithErrors : RunState.Succeeded;
        if (run.State is not (RunState.Succeeded or RunState.SucceededWithErrors))
        {
            return run.State == RunState.Cancelled && world.Story.HasCancel ? null : $"the run ends as {run.State}: {run.ErrorMessage}";
        }

        var result = world.Account.EndOf(run)?.Result;
        var sum = expected == RunState.Succeeded ? """{"sum":3,"seen":"1;2;"}""" : """{"sum":1,"seen":"1;"}""";
        return run.State != expected || (world.Story.HasStage && result != sum) ? $"generation {run.Generation} ends as {run.State} with {result}" : null;
    }

    private string? FindLeft()
    {
        var notes = world.Tables.All(StorageNames.ControlTable).Where(row => row.PartitionKey == "pending-runs").ToList();
        var letters = world.Tables.All(StorageNames.DeadLettersTable).Count(row => row.Values.ContainsKey("chunk"));
        var dead = world.Tables.All(StorageNames.LedgerTable).Count(row => row.Values.ContainsKey("category"));
        return notes.Count > 0 ? $"There are left {string.Join(", ", notes.Select(row => row.RowKey))}"
            : letters != dead ? $"{letters} letters of {dead} dead chunks"
            : null;
    }

    // What was answered has been done.
    private string? FindOf(RunOperation operation)
    {
        if (world.AnswerTo(operation) is not { } generation || operation.Kind is not (RunOperationKind.RetryFailed or RunOperationKind.Restart))
        {
            return null;
        }

        return world.Account.Orchestrations.Any(orchestration => orchestration.Generation == generation) ? null : $"{operation.Name} was answered, and never began";
    }
}
