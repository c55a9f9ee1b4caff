using System.Globalization;
using System.Text;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Tests.Runs.Model;

/// <summary>What a model of runs has seen, and what it finds wrong while things happen.</summary>
internal sealed class RunAccount(RunWorld world) : IStageSignal
{
    private readonly SortedDictionary<(string Run, int Generation), RunOrchestration> _started = [];
    private readonly SortedSet<string> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<(StageKey Stage, int Number)> _takenOver = [];

    private string _first = "";

    public string? Violation { get; private set; }

    /// <summary>Gets whether every row of the run that was there at the start is as it was, and was not written again.</summary>
    public bool IsFirstUntouched => _first == TellFirst();

    public IEnumerable<RunOrchestration> Orchestrations => _started.Values;

    /// <summary>Gets the runs that somebody was told of who has started one.</summary>
    public IReadOnlyCollection<string> AnsweredRuns => _answered;

    public void Answered(string run) => _answered.Add(run);

    public bool IsStarted(RunRecord run) => _started.ContainsKey((run.Id, run.Generation));

    public bool Start(RunRecord run)
    {
        if (!_started.TryAdd((run.Id, run.Generation), new RunOrchestration(run, world.Story.Stages)))
        {
            Find($"generation {run.Generation} is started twice");
        }

        return true;
    }

    /// <summary>Gets the orchestration that can make a step; <see langword="null"/> where all have ended or wait.</summary>
    public RunOrchestration? Next => _started.Values.FirstOrDefault(orchestration => orchestration is { HasEnded: false, Waits: false });

    public string ResultOf(RunRecord run) => _started[(run.Id, run.Generation)].Result;

    /// <summary>Goes on from where another world stands.</summary>
    public void Copy(RunAccount other)
    {
        foreach (var (key, orchestration) in other._started)
        {
            _started.Add(key, orchestration.Copy());
        }

        _first = world.Story.HasClone ? TellFirst() : "";
    }

    /// <summary>An orchestration has made a step.</summary>
    public void Put(RunOrchestration orchestration) => _started[(orchestration.Run, orchestration.Generation)] = orchestration;

    /// <summary>Lets those look that wait.</summary>
    public void Wake() => _started.Values.ToList().ForEach(orchestration => orchestration.Wake());

    public ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Writes rows of runs, and looks that none goes backwards.</summary>
    public T Write<T>(IReadOnlyList<TableRow> rows, Func<T> write)
    {
        var before = Runs();
        var written = write();
        foreach (var (id, now) in Runs())
        {
            if (before.TryGetValue(id, out var was) && was.ETag != now.ETag)
            {
                Compare(was, now);
            }
        }

        return written;
    }

    /// <summary>Somebody's code begins with a chunk.</summary>
    public void StartChunk(RunProcess process, int number)
    {
        var slice = process.Slice!;
        if (process.IsForbidden && world.Answers.IsForbidden(slice.Generation))
        {
            Find($"a chunk of generation {slice.Generation} starts, which was answered to be suspended or cancelled");
        }

        if (_takenOver.Contains((slice.Key(), number)))
        {
            Find($"chunk {number} of {slice.Key()} runs again, and had ended well");
        }

        if (number == 2 && slice.Generation == 1 && slice.Run == RunWorld.FirstRun && slice.Stage == world.Story.Stages && world.Story.HasEnded)
        {
            throw new ArgumentException("2 is bad");
        }
    }

    /// <summary>Somebody sends a message.</summary>
    public void Sent(RunProcess process, string queue)
    {
        if (queue.EndsWith(StorageNames.HeldSuffix, StringComparison.Ordinal))
        {
            return;
        }

        if (process.IsForbidden && world.Answers.IsForbidden(process.Slice?.Generation ?? process.Orchestration!.Generation))
        {
            Find($"to {queue} is sent what was answered to be suspended or cancelled");
        }

        if (process.Orchestration is { IsWatching: true } && world.Story.IsPatient)
        {
            Find("the watch sends again what was held");
        }
    }

    public SortedDictionary<string, RunRecord> Runs() => new(
        world.Tables.All(StorageNames.RunsTable).Where(row => !row.RowKey.Contains(':')).Select(RunRecord.From).ToDictionary(run => run.Id), StringComparer.Ordinal);

    public void Describe(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{string.Join(',', _answered)} {string.Join(',', _takenOver.Select(taken => $"{taken.Stage}.{taken.Number}").Order(StringComparer.Ordinal))}\n");
        foreach (var orchestration in _started.Values)
        {
            text.Append(orchestration.Describe()).Append('\n');
        }
    }

    private void Compare(RunRecord was, RunRecord now)
    {
        if (now.Generation != was.Generation)
        {
            if (now.Generation != was.Generation + 1 || !was.State.IsEnd())
            {
                Find($"generation {now.Generation} follows {was.Generation}, which was {was.State}");
            }

            KeepEnded(now);
        }
        else if (RankOf(now.State) < RankOf(was.State) || (was.State.IsEnd() && now.State != was.State))
        {
            Find($"{was.State} becomes {now.State}");
        }
    }

    // Of a generation that takes stages over, what had ended well before it was asked for.
    private void KeepEnded(RunRecord run)
    {
        var generation = world.Tables.All(StorageNames.RunsTable).Where(row => row.Values.ContainsKey("command")).Select(RunGeneration.From).Last();
        for (var stage = 1; stage <= world.Story.Stages && generation.Number == run.Generation && !generation.Restart.BeginsAnew(stage); stage++)
        {
            var was = new StageKey(run.Id, run.Generation - 1, stage);
            _takenOver.UnionWith(world.Tables.All(StorageNames.LedgerTable)
                .Where(row => row.PartitionKey == was.PagePartition(0) && !row.Values.ContainsKey(ChunkEnd.CategoryColumn))
                .Select(row => (was with { Generation = run.Generation }, ChunkEnd.From(row).Chunk + 1)));
        }
    }

    private string TellFirst() => string.Join('\n', world.Tables.Tell(RunWorld.FirstRun));

    private void Find(string violation) => Violation ??= violation;

    private static int RankOf(RunState state) => state switch
    {
        RunState.Pending => 0,
        RunState.Running => 1,
        RunState.Cancelling => 2,
        _ => 3,
    };
}
