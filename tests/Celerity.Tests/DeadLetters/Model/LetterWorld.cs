using System.Globalization;
using System.Text;
using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.DeadLetters.Model;

/// <summary>Processes that make steps of actions on the letters of one group, an operator, and what is left of each thing that may go wrong.</summary>
internal sealed class LetterWorld : IModelWorld
{
    private const int MostSteps = 50;

    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LetterProcess[] _processes;
    private readonly int _operator;
    private bool _isAsked;
    private bool _isAnswered;
    private bool _hasCanaryEnded;
    private int _deaths;
    private int _lostReplies;
    private int _preemptions;
    private int _actor = -1;

    public LetterWorld(LetterStory story, IReadOnlyList<(string Table, TableRow Row)> rows)
    {
        Story = story;
        Account = new LetterAccount(this);
        _operator = story.Steppers.Count;
        _processes = [.. Enumerable.Range(0, _operator + 1).Select(_ => new LetterProcess(this))];
        foreach (var (table, row) in rows)
        {
            Tables.Insert(table, row);
        }
    }

    public LetterStory Story { get; }

    public ModelTables Tables { get; } = new();

    public FakeTimeProvider Time { get; } = new(Made.AddSeconds(2));

    public LetterAccount Account { get; }

    /// <summary>Keeps the letters and begins the actions: what the worlds of a story start with.</summary>
    public static IReadOnlyList<(string Table, TableRow Row)> Prepare(LetterStory story)
    {
        var world = new LetterWorld(story with { Tables = tables => tables }, []);
        for (var letter = 0; letter < story.Letters; letter++)
        {
            var record = new DeadLetterRecord
            {
                Id = $"t{letter}",
                Kind = DeadLetterKind.Task,
                Task = "test.echo",
                Queue = StorageNames.DefaultQueue,
                Category = ErrorCategory.Permanent,
                Reason = "no such order",
                At = Made,
                Host = "",
                Body = Encoding.UTF8.GetBytes($$$"""{"id":"t{{{letter}}}","task":"test.echo","payload":{"text":"n"}}"""),
            };
            new LetterProcess(world).Calm("keep", services => services.GetRequiredService<DeadLetterStore>().AddAsync(record, CancellationToken.None).AsTask());
        }

        foreach (var (at, plan) in story.Actions.Index())
        {
            var action = new ActionRow
            {
                Id = IdOf(at),
                Kind = plan.Kind,
                Filter = new DeadLetterFilter { Group = world.Tables.All(StorageNames.DeadLettersTable).First(row => row.IsLetter()).PartitionKey, State = plan.State },
                Options = new ReplayOptions { Canary = plan.Canary },
                Who = "ann",
                Why = "",
                CreatedAt = Made,
                State = DeadLetterActionState.Running,
            };
            world.Tables.Insert(StorageNames.DeadLettersTable, action.ToTableRow());
        }

        return world.Tables.Everything();
    }

    /// <summary>Gets the actions as they are stored.</summary>
    public IEnumerable<ActionRow> Actions() =>
        Tables.All(StorageNames.DeadLettersTable).Where(row => row.PartitionKey == ActionRow.Partition).Select(ActionRow.From);

    /// <summary>Gets the action that a process makes steps of, as it is stored.</summary>
    public ActionRow ActionOf(LetterProcess process) => Actions().Single(action => action.Id == process.Does);

    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();
        for (var at = 0; at < _processes.Length; at++)
        {
            if (_processes[at].Pass is not null)
            {
                AddStepsOf(steps, at);
            }
            else if (CanMove(at))
            {
                AddBeginning(steps, at);
            }
        }

        if (Story.CanaryEnd is { } end && !_hasCanaryEnded && Account.IsRunning(IdOf(0)))
        {
            steps.Add(new ModelStep(() => $"the canary ends: {end}", -1, () =>
            {
                _hasCanaryEnded = true;
                EndAll();
            }));
        }

        return steps;
    }

    public void Take(ModelStep step)
    {
        _preemptions += IsPreemption(step.Actor) ? 1 : 0;
        _actor = step.Actor >= 0 ? step.Actor : _actor;
        step.Run();
    }

    public string? FindViolation(bool isQuiet) => Account.Violation ?? (isQuiet ? Finish() ?? Account.Violation ?? Account.FindLoss() : null);

    public string Describe()
    {
        var text = new StringBuilder();
        var (preemptions, actor) = Story.Preemptions < int.MaxValue ? (_preemptions, _actor) : (0, 0);
        text.Append(CultureInfo.InvariantCulture, $"{_deaths},{_lostReplies},{_isAsked},{_isAnswered},{_hasCanaryEnded},{preemptions},{actor}\n");
        Tables.Describe(text);
        Account.Describe(text);
        foreach (var process in _processes)
        {
            process.Describe(text);
            text.Append(CultureInfo.InvariantCulture, $"{process.Next},{process.IsAfterCancel}\n");
        }

        return text.ToString();
    }

    // What makes the time of an id version 7's.
    private static string IdOf(int action) => string.Create(
        CultureInfo.InvariantCulture, $"{Made.ToUnixTimeMilliseconds() >> 16:x8}-{Made.ToUnixTimeMilliseconds() & 0xffff:x4}-7000-8000-00000000000{action}");

    // The steps that are left of each action, in which nothing goes wrong.
    private string? Finish()
    {
        foreach (var action in Actions().ToList())
        {
            var process = new LetterProcess(this) { IsAfterCancel = _isAnswered };
            for (var step = 0; !process.Next.IsOver; step++)
            {
                if (step == MostSteps)
                {
                    return $"{action.Id} does not end";
                }

                process.Calm(action.Id, services => process.StepAsync(action.Id, services));
                Time.Advance(process.Next.Wait);
                EndAll();
            }
        }

        return null;
    }

    private void AddStepsOf(List<ModelStep> steps, int at)
    {
        var (process, call) = (_processes[at], _processes[at].Call!);
        if (CanMove(at))
        {
            steps.Add(new ModelStep(() => $"{at}: {call.Name}", at, () => Go(at, Fate.Done)));
            if (!call.IsRead && _lostReplies < Story.LostReplies)
            {
                steps.Add(new ModelStep(() => $"{at}: {call.Name}, twice", at, () =>
                {
                    _lostReplies++;
                    Go(at, Fate.DoneTwice);
                }));
            }
        }

        // To die before a read is to die before what comes after it.
        if (_deaths < Story.Deaths && !call.IsRead && at != _operator)
        {
            steps.Add(new ModelStep(() => $"{at} dies before {call.Name}", -1, () =>
            {
                _deaths++;
                _processes[at] = new LetterProcess(this);
            }));
        }
    }

    private void AddBeginning(List<ModelStep> steps, int at)
    {
        if (at == _operator)
        {
            if (Story.IsCancelled && !_isAsked)
            {
                steps.Add(new ModelStep(() => "an operator stops the action", at, () =>
                {
                    _isAsked = true;
                    _processes[at].Begin("cancel", services => services.GetRequiredService<ActionRequests>().CancelAsync(IdOf(0), LetterBench.Note, CancellationToken.None));
                    EndIfDone(at);
                }));
            }

            return;
        }

        // What waits for its canary looks again once that has ended.
        var (process, action) = (_processes[at], IdOf(Story.Steppers[at]));
        if (!process.Next.IsOver && (process.Next.Wait == TimeSpan.Zero || !Account.IsRunning(action)))
        {
            steps.Add(new ModelStep(() => $"{at} begins a step of {action}", at, () =>
            {
                process.IsAfterCancel = _isAnswered && Story.Steppers[at] == 0;
                process.Begin(action, services => process.StepAsync(action, services));
                EndIfDone(at);
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

        _isAnswered |= at == _operator;
        if (process.End() is { } exception)
        {
            throw new InvalidOperationException($"{at} failed: {exception}", exception);
        }
    }

    private void EndAll()
    {
        foreach (var id in Account.Running().ToList())
        {
            var ended = new ControlRow(0, "", 1, 0) { State = Story.CanaryEnd ?? TaskState.Succeeded, Ending = new Ending { At = Time.GetUtcNow(), Host = "" } };
            Tables.Insert(StorageNames.TasksTable, ended.ToTableRow(TaskKeys.ControlOf(id)));
        }
    }

    // To move is free for who moved last, and where that one rests; else it is a preemption.
    private bool CanMove(int at) => !IsPreemption(at) || _preemptions < Story.Preemptions;

    private bool IsPreemption(int at) => at >= 0 && _actor >= 0 && at != _actor && _processes[_actor].Pass is not null;
}
