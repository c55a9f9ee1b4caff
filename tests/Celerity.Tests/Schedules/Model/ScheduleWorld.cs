using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Celerity.Handover;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Schedules.Model;

/// <summary>Two processes that do the rounds of one schedule and what operators ask for, a clock, and what is left of each thing that may go wrong.</summary>
internal sealed partial class ScheduleWorld : IModelWorld
{
    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan FirstRound = TimeSpan.FromMinutes(5.5);
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(10.5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ScheduleProcess[] _processes;
    private int _rounds;
    private int _deaths;
    private int _lostReplies;
    private int _faults;
    private int _ends;
    private int _jumps;
    private int _answered;
    private int _preemptions;
    private int _actor = -1;

    public ScheduleWorld(ScheduleStory story)
        : this(story, story.Start)
    {
        Time.SetUtcNow(Made + Start);
        Account.Begin();
    }

    private ScheduleWorld(ScheduleStory story, IReadOnlyList<(string Table, TableRow Row)> rows)
    {
        Story = story;
        Account = new ScheduleAccount(this);
        _processes = [new(this), new(this)];
        foreach (var (table, row) in rows)
        {
            Tables.Insert(table, row);
        }
    }

    public ScheduleStory Story { get; }

    public ModelTables Tables { get; } = new();

    public FakeTimeProvider Time { get; } = new(Made);

    public ScheduleAccount Account { get; }

    /// <summary>Makes a schedule of every five minutes and lets it fire once: what the worlds of a story begin with.</summary>
    public static IReadOnlyList<(string Table, TableRow Row)> Prepare(OverlapPolicy overlap)
    {
        var world = new ScheduleWorld(new ScheduleStory("the start", overlap), []);
        var process = new ScheduleProcess(world);
        process.Calm("put", services => services.GetRequiredService<ScheduleControl>()
            .PutAsync(ScheduleSimulation.Name, ScheduleStory.Options(overlap, "old"), ScheduleSimulation.Note, ScheduleProcess.Pipelines, CancellationToken.None).AsTask());
        world.Time.SetUtcNow(Made + FirstRound);
        process.Calm("round", RoundAsync);
        return world.Tables.Everything();
    }

    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();
        for (var at = 0; at < _processes.Length; at++)
        {
            if (_processes[at].Pass is not null)
            {
                AddStepsOf(steps, at);
            }
        }

        var idle = Array.FindIndex(_processes, process => process.Pass is null);
        if (idle >= 0 && CanMove(idle))
        {
            AddBeginnings(steps, idle);
        }

        // While there is something to happen to.
        if (steps.Count > 0)
        {
            AddOutside(steps);
        }

        return steps;
    }

    public void Take(ModelStep step)
    {
        _preemptions += IsPreemption(step.Actor) ? 1 : 0;
        _actor = step.Actor >= 0 ? step.Actor : _actor;
        step.Run();
    }

    public string? FindViolation(bool isQuiet)
    {
        if ((Account.Violation ?? Tables.Violation) is { } violation)
        {
            return violation;
        }

        if (!isQuiet)
        {
            return null;
        }

        // The rounds of the next minutes, in which nothing goes wrong; the clock is right again.
        Time.AdjustTime(Made + TimeSpan.FromMinutes(20.5));
        for (var round = 0; round < 4; round++)
        {
            EndAll();
            new ScheduleProcess(this).Calm("round", RoundAsync);
            Time.Advance(Account.IsDeleted ? Hour : Minute);
        }

        return Account.Violation ?? Account.FindLoss();
    }

    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{_rounds},{_deaths},{_lostReplies},{_faults},{_ends},{_jumps},{_answered},{(Story.Preemptions < int.MaxValue ? _preemptions : 0)},{(Story.Preemptions < int.MaxValue ? _actor : 0)},{Time.GetUtcNow().Ticks}\n");
        Tables.Describe(text);
        Account.Describe(text);

        // Which of the two it is makes no difference.
        text.AppendJoin('\n', _processes.Select(Tell).Order(StringComparer.Ordinal));
        return NumberTasks(IdNumbering.Apply(text.ToString()));

        static string Tell(ScheduleProcess process)
        {
            var told = new StringBuilder();
            process.Describe(told);
            return told.ToString();
        }
    }

    /// <summary>Writes, and has the account look at what becomes of the schedule's row.</summary>
    public T Write<T>(ScheduleProcess process, IReadOnlyList<TableRow> rows, Func<T> write)
    {
        var row = rows[0];
        var before = row.RowKey.StartsWith(ScheduleState.RowPrefix, StringComparison.Ordinal) ? Tables.Find(StorageNames.ControlTable, row.PartitionKey, row.RowKey) : null;
        var result = write();
        if (before is not null && result is not null)
        {
            Account.Change(ScheduleState.From(before), ScheduleState.From(row), process.IsAsked);
        }

        return result;
    }

    // The id of a run that was asked for is random, and its partition with it.
    private static string NumberTasks(string text)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return TaskPlace().Replace(text, place =>
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, place.Groups["id"].Value, out var isKnown);
            number = isKnown ? number : numbers.Count;
            return string.Create(CultureInfo.InvariantCulture, $"#t{number}");
        });
    }

    [GeneratedRegex("([0-9]{10}-[0-9a-f] )?(?<id>[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})")]
    private static partial Regex TaskPlace();

    private static Task RoundAsync(IServiceProvider services) => services.GetRequiredService<ScheduleRound>().RunAsync(ScheduleProcess.Pipelines, CancellationToken.None).AsTask();

    private void AddStepsOf(List<ModelStep> steps, int at)
    {
        var (process, call) = (_processes[at], _processes[at].Call!);
        if (CanMove(at))
        {
            steps.Add(new ModelStep(() => $"{at} {process.Does}: {call.Name}", at, () => Go(at, Fate.Done)));
            if (!call.IsRead && _lostReplies < Story.LostReplies)
            {
                steps.Add(new ModelStep(() => $"{at} {call.Name}, twice", at, () =>
                {
                    _lostReplies++;
                    Go(at, Fate.DoneTwice);
                }));
            }

            if (_faults < Story.Faults)
            {
                foreach (var fate in call.IsRead ? [Fate.Fails] : new[] { Fate.Fails, Fate.FailsAfter })
                {
                    steps.Add(new ModelStep(() => $"{at} {call.Name}, {fate}", at, () =>
                    {
                        _faults++;
                        Go(at, fate);
                    }));
                }
            }
        }

        // To die before a read is to die before what comes after it.
        if (_deaths < Story.Deaths && !call.IsRead)
        {
            steps.Add(new ModelStep(() => $"{at} dies before {call.Name}", -1, () =>
            {
                _deaths++;
                _rounds -= process.IsAsked ? 0 : 1;
                _processes[at] = new ScheduleProcess(this);
            }));
        }
    }

    private void AddBeginnings(List<ModelStep> steps, int idle)
    {
        if (_rounds < Story.Rounds)
        {
            steps.Add(new ModelStep(() => $"{idle} begins a round", idle, () =>
            {
                _rounds++;
                _processes[idle].Begin("round", RoundAsync);
                EndIfDone(idle);
            }));
        }

        if (_answered < Story.Asks.Count && !_processes.Any(process => process.Pass is not null && process.IsAsked))
        {
            var ask = Story.Asks[_answered];
            steps.Add(new ModelStep(() => $"{idle} is asked to {ask}", idle, () =>
            {
                Account.Ask(ask);
                _processes[idle].Begin(ask, services => ScheduleStory.AskAsync(ask, services));
                EndIfDone(idle);
            }));
        }
    }

    private void AddOutside(List<ModelStep> steps)
    {
        if (_jumps < Story.Jumps.Count)
        {
            var jump = Story.Jumps[_jumps];
            steps.Add(new ModelStep(() => $"the clock jumps by {jump}", -1, () =>
            {
                _jumps++;
                Time.AdjustTime(Time.GetUtcNow() + jump);
            }));
        }

        if (_ends < Story.Ends && Account.Running().Any())
        {
            steps.Add(new ModelStep(() => "what runs ends", -1, () =>
            {
                _ends++;
                EndAll();
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

        // A problem is an answer too: there is no such schedule any more.
        var (does, isAsked) = (process.Does!, process.IsAsked);
        if (process.End() is null or CelerityException && isAsked)
        {
            _answered++;
            Account.Answer(does);
        }
    }

    private void EndAll()
    {
        foreach (var id in Account.Running().ToList())
        {
            var ended = new ControlRow(0, "", 1, 0) { State = TaskState.Succeeded, Ending = new Ending { At = Time.GetUtcNow(), Host = "" } };
            Tables.Insert(StorageNames.TasksTable, ended.ToTableRow(TaskKeys.ControlOf(id)));
        }
    }

    // To move is free for who moved last, and where that one rests; else it is a preemption.
    private bool CanMove(int at) => !IsPreemption(at) || _preemptions < Story.Preemptions;

    private bool IsPreemption(int at) => at >= 0 && _actor >= 0 && at != _actor && _processes[_actor].Pass is not null;
}
