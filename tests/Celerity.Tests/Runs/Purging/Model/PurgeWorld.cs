using System.Globalization;
using System.Text;
using Celerity.Retry;
using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Runs.Purging.Model;

/// <summary>
/// A run that has ended, of one slice of two chunks of which one is dead and has no letter yet; who purges it, who starts it again, its late slice, maintenance, and the time
/// after which nobody is left who had begun before.
/// </summary>
internal sealed class PurgeWorld : IModelWorld
{
    private const int Purger = 0;
    private const int Restarter = 1;
    private const int Slice = 2;
    private const int FirstMaintainer = 3;

    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Run = $"{Made.ToUnixTimeMilliseconds():x12}70008000000000000000";
    private static readonly StageKey Key = new(Run, 1, 1);
    private static readonly StageLayout Layout = new(2, 2, 2);
    private static readonly DatasetSource Source = new() { Container = "data", Blob = "set" };

    private readonly PurgeProcess[] _processes;
    private readonly HashSet<int> _begun = [];
    private readonly HashSet<int> _answered = [];
    private bool _hasSettled;
    private int _deaths;
    private int _lostReplies;

    public PurgeWorld(PurgeStory story, IReadOnlyList<(string Table, TableRow Row)> rows)
    {
        Story = story;
        _processes = [.. Enumerable.Range(0, FirstMaintainer + story.Maintainers).Select(_ => new PurgeProcess(this))];
        foreach (var (table, row) in rows)
        {
            Tables.Insert(table, row);
        }
    }

    public PurgeStory Story { get; }

    public ModelTables Tables { get; } = new();

    public FakeTimeProvider Time { get; } = new(Made.AddMinutes(1));

    public static IReadOnlyList<(string Table, TableRow Row)> Prepare(PurgeStory story)
    {
        var world = new PurgeWorld(story with { Tables = tables => tables }, []);
        new PurgeProcess(world).Calm("prepare", async services =>
        {
            await services.GetRequiredService<RunStore>().TryInsertAsync(
                new RunRecord { Id = Run, Pipeline = "p", State = RunState.Failed, Request = "null", CreatedAt = Made, EndedAt = Made }, CancellationToken.None);
            await services.GetRequiredService<RunStore>().InsertStageAsync(
                new StageRecord
                {
                    Key = Key,
                    Name = "Sum",
                    Layout = Layout,
                    Records = 2,
                    Window = 1,
                    Source = Source,
                    Asked = "",
                    Facts = new DatasetFacts("e", 10, ["n"]),
                    PlannedIn = 1,
                },
                CancellationToken.None);
            var failure = FailureRecord.Of("bad", ErrorCategory.Permanent, attempt: 1, Made);
            await services.GetRequiredService<StageLedger>().TryInsertAsync(
                Key, Layout, [new ChunkEnd { Chunk = 0, Records = 1 }, new ChunkEnd { Chunk = 1, Category = ErrorCategory.Permanent, Reason = "bad", Failures = [failure] }], CancellationToken.None);
            _ = await services.GetRequiredService<StageLedger>().CountAsync(Key, Layout, 0, [], CancellationToken.None);
        });
        return world.Tables.Everything();
    }

    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();
        foreach (var at in Enumerable.Range(0, _processes.Length))
        {
            if (_processes[at] is { Pass: not null } process)
            {
                AddStepsOf(steps, at, process.Call!);
            }
            else if (CanBegin(at))
            {
                steps.Add(new ModelStep(() => $"{at} begins", at, () => Begin(at)));
            }
        }

        // Whoever had begun before has come to an end by then.
        if (!_hasSettled && Array.TrueForAll(_processes, process => process.Pass is null))
        {
            steps.Add(new ModelStep(() => "two hours pass", -1, () =>
            {
                _hasSettled = true;
                Time.Advance(TimeSpan.FromHours(2));
            }));
        }

        return steps;
    }

    public void Take(ModelStep step) => step.Run();

    public string? FindViolation(bool isQuiet) => isQuiet ? Finish() ?? FindLeft() : null;

    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_deaths},{_lostReplies},{_hasSettled},{string.Join('.', _begun.Order())},{string.Join('.', _answered.Order())}\n");
        Tables.Describe(text);
        foreach (var process in _processes)
        {
            process.Describe(text);
            text.Append('\n');
        }

        return text.ToString();
    }

    private bool CanBegin(int at) => at switch
    {
        Purger => !_begun.Contains(at),
        Restarter => Story.HasRestart && !_begun.Contains(at),
        Slice => Story.HasLateSlice && !_begun.Contains(at),
        _ => Notes().Count > 0,
    };

    private void Begin(int at)
    {
        _begun.Add(at);
        _processes[at].Begin($"{at}", at switch
        {
            Purger => services => services.GetRequiredService<RunPurge>().MarkAsync(Run, PurgeBench.Note, CancellationToken.None).AsTask(),
            Restarter => services => services.GetRequiredService<RunRestarts>().RestartAsync(Run, RunRestart.Failed, "again", PurgeBench.Note, CancellationToken.None).AsTask(),
            Slice => services => services.GetRequiredService<SliceExecutor>().RunAsync(new QueueItem("late", "", 2, Message()), new NoSignal(), CancellationToken.None).AsTask(),
            _ => GoOnAsync,
        });
        EndIfDone(at);
    }

    private async Task GoOnAsync(IServiceProvider services)
    {
        foreach (var note in Notes())
        {
            await services.GetRequiredService<RunPurge>().GoOnAsync(note, new ListedInstances(), CancellationToken.None);
        }
    }

    private void AddStepsOf(List<ModelStep> steps, int at, ModelCall call)
    {
        steps.Add(new ModelStep(() => $"{at}: {call.Name}", at, () => Go(at, Fate.Done)));
        if (call.IsRead)
        {
            return;
        }

        if (_lostReplies < Story.LostReplies)
        {
            steps.Add(new ModelStep(() => $"{at}: {call.Name}, twice", at, () =>
            {
                _lostReplies++;
                Go(at, Fate.DoneTwice);
            }));
        }

        if (_deaths < Story.Deaths)
        {
            steps.Add(new ModelStep(() => $"{at} dies before {call.Name}", -1, () =>
            {
                _deaths++;
                _processes[at] = new PurgeProcess(this);
            }));
        }
    }

    private void Go(int at, Fate fate)
    {
        _processes[at].Go(fate);
        EndIfDone(at);
    }

    private void EndIfDone(int at)
    {
        if (_processes[at] is not { Pass.IsCompleted: true } process)
        {
            return;
        }

        switch (process.End())
        {
            case null:
                _answered.Add(at);
                break;
            case CelerityException { Code: ErrorCodes.RunAtWork or ErrorCodes.RunPurging or ErrorCodes.UnknownRun }:
                break;
            case var exception:
                throw new InvalidOperationException($"{at} failed: {exception}", exception);
        }
    }

    // Maintenance, in which nothing goes wrong.
    private string? Finish()
    {
        for (var round = 0; Notes().Count > 0; round++)
        {
            if (round == 10)
            {
                return "the purge does not end";
            }

            Time.Advance(TimeSpan.FromHours(2));
            new PurgeProcess(this).Calm("maintain", GoOnAsync);
        }

        return null;
    }

    private string? FindLeft()
    {
        var run = Tables.All(StorageNames.RunsTable).Where(row => !row.RowKey.Contains(':')).Select(RunRecord.From).SingleOrDefault();
        var rows = Tables.All(StorageNames.LedgerTable).Count() + Tables.All(StorageNames.RunsTable).Count(row => row.RowKey.Contains(".s", StringComparison.Ordinal));
        if (run is not null)
        {
            return run.State == RunState.Purging ? "it stays purging"
                : rows != 4 ? $"the run lives, and has {rows} of 4 rows"
                : _answered.Contains(Purger) ? "it was answered that it is purged, and it lives"
                : null;
        }

        var letters = Tables.All(StorageNames.DeadLettersTable).Count(row => row.Values.ContainsKey("chunk"));
        var left = Tables.All(StorageNames.RunsTable).Count() + rows + letters;
        return left > 0 ? $"the run is gone, and {left} rows are left, {letters} of them letters"
            : _answered.Contains(Restarter) ? "it was answered that it is started again, and it is gone"
            : null;
    }

    private List<PurgeNote> Notes() =>
        [.. Tables.All(StorageNames.ControlTable).Where(row => row.PartitionKey == PurgeNote.All.PartitionKey).Select(PurgeNote.From)];

    private static string Message() => new SliceMessage
    {
        Run = Run,
        Generation = 1,
        Stage = 1,
        Name = "Sum",
        First = 0,
        Last = 1,
        Source = Source,
        ETag = "e",
        Length = 10,
        Columns = ["n"],
        Chunks = [new ChunkEntry(2, 4, 1, 1, 2, 1), new ChunkEntry(6, 4, 2, 1, 3, 1)],
        Layout = Layout,
        Window = 1,
        Delivery = "d",
    }.Encode();

    private sealed class NoSignal : IStageSignal
    {
        public ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
