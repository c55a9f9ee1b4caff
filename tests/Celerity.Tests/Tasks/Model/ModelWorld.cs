using System.Globalization;
using System.Text;
using Celerity.Handover;
using Celerity.Revocation;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Two consumers, the queue's host around them, and what is left of each thing that may go wrong.</summary>
internal sealed class ModelWorld
{
    private const string Poison = StorageNames.DefaultQueue + StorageNames.PoisonSuffix;

    private readonly ModelConsumer[] _consumers;
    private int _deaths;
    private int _lostLeases;
    private int _lostReplies;
    private int _faults;
    private int _failures;
    private int _snoozes;
    private int _sends;
    private int _revokes;
    private int _minutes;
    private int _preemptions;
    private int _actor = -1;

    public ModelWorld(Scenario scenario)
    {
        Scenario = scenario;
        _consumers = [new ModelConsumer(this), new ModelConsumer(this)];
        _sends = scenario.Reserved is null ? 0 : 2;
        foreach (var message in scenario.Messages)
        {
            Queues.Send(StorageNames.DefaultQueue, message);
        }
    }

    public Scenario Scenario { get; }

    public static TaskRegistry Registry { get; } = MakeRegistry();

    public ModelTables Tables { get; } = new();

    public ModelQueues Queues { get; } = new();

    public SortedSet<string> Effects { get; } = new(StringComparer.Ordinal);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Gets everything that can happen next; nothing when all is quiet.</summary>
    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();
        // What does not concern the other consumer happens at once: fewer orders, the same outcomes.
        var alone = Array.FindIndex(_consumers, consumer => consumer is { Pass: not null, IsIndependent: true });
        for (var at = 0; at < _consumers.Length; at++)
        {
            if (_consumers[at].Pass is not null && (alone < 0 || alone == at))
            {
                AddStepsOf(steps, at);
            }
        }

        var idle = Array.FindIndex(_consumers, consumer => consumer.Pass is null);
        if (idle >= 0 && alone < 0)
        {
            AddBeginnings(steps, idle);
        }

        AddOutside(steps);
        return steps;
    }

    public void Take(ModelStep step)
    {
        if (IsPreemption(step.Actor))
        {
            _preemptions++;
        }

        _actor = step.Actor >= 0 ? step.Actor : _actor;
        step.Run();
    }

    /// <summary>Says what is wrong now, or at the end; <see langword="null"/> for nothing.</summary>
    public string? FindViolation(bool isQuiet)
    {
        if (Tables.Violation is not null || !isQuiet)
        {
            return Tables.Violation;
        }

        var controls = Tables.Controls();
        var expected = Scenario.Ids?.Count ?? 1;
        return controls.Count != expected ? $"{controls.Count} tasks instead of {expected}"
            : Queues.Messages.Count > 0 ? "messages are left"
            : controls.Select(control => FindViolation(control.Id, control.Row)).FirstOrDefault(violation => violation is not null);
    }

    /// <summary>Describes the whole state; random ids are numbered as they come, so that equal states look equal.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_deaths},{_lostLeases},{_lostReplies},{_faults},{_failures},{_snoozes},{_sends},{_preemptions},{_actor}\n");
        Tables.Describe(text);
        Queues.Describe(text);
        text.AppendJoin(',', Effects);
        foreach (var consumer in _consumers)
        {
            text.Append('\n').Append(consumer.Pending).Append('|').Append(consumer.Seen).Append('|').AppendJoin(',', consumer.Items.Select(item => item.Receipt));
        }

        return IdNumbering.Apply(text.ToString());
    }

    private void AddStepsOf(List<ModelStep> steps, int at)
    {
        var consumer = _consumers[at];
        if (CanMove(at))
        {
            AddMoves(steps, at);
        }

        if (_deaths < Scenario.Deaths && (Scenario.OnlyHandlersDie ? consumer.IsAtHandler : !consumer.IsInvisible))
        {
            steps.Add(new ModelStep($"{at} dies before {consumer.Pending}", -1, () =>
            {
                _deaths++;
                consumer.Die();

                // The next life remembers nothing of this one.
                _consumers[at] = new ModelConsumer(this);
            }));
        }

        if (_lostLeases < Scenario.LostLeases && consumer.Items.Count > 0 && !consumer.IsInvisible)
        {
            steps.Add(new ModelStep($"{at} loses its lease", -1, () =>
            {
                _lostLeases++;
                consumer.LoseLeases();
            }));
        }
    }

    // What happens around the consumers while there is still something to happen to.
    private void AddOutside(List<ModelStep> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        if (_revokes < Scenario.Revokes)
        {
            steps.Add(new ModelStep("somebody revokes", -1, () =>
            {
                var (target, value) = _revokes++ == 0 ? (RevocationTarget.Id, "t1") : (RevocationTarget.Tag, "red");
                _ = Tables.Insert(StorageNames.ControlTable, new TableRow("revocations", $"{_revokes}", new Dictionary<string, object>
                {
                    ["target"] = target.ToString(),
                    ["value"] = value,
                    ["at"] = Time.GetUtcNow(),
                }));
            }));
        }

        // A handler that waits would ask for revocations beside its pass; it has its turn when time stands still.
        if (_minutes < Scenario.Minutes && !_consumers.Any(consumer => consumer.IsAtHandler))
        {
            steps.Add(new ModelStep("a minute passes", -1, () =>
            {
                _minutes++;
                Time.Advance(TimeSpan.FromMinutes(1));
            }));
        }
    }

    private void AddMoves(List<ModelStep> steps, int at)
    {
        var consumer = _consumers[at];
        if (!consumer.IsAtHandler)
        {
            steps.Add(new ModelStep($"{at} {consumer.Pending}", at, () => consumer.Go()));
            if (consumer.CanBeRepeated && _lostReplies < Scenario.LostReplies)
            {
                steps.Add(new ModelStep($"{at} {consumer.Pending}, twice", at, () =>
                {
                    _lostReplies++;
                    consumer.Go(Fate.DoneTwice);
                }));
            }

            AddFaults(steps, at);
            return;
        }

        steps.Add(new ModelStep($"{at} succeeds", at, () => consumer.Go(outcome: TaskOutcome.Completed)));
        if (_failures < Scenario.Failures)
        {
            steps.Add(new ModelStep($"{at} fails", at, () =>
            {
                _failures++;
                consumer.Go(outcome: TaskOutcome.Retry(reason: "no"));
            }));
        }

        if (_snoozes < Scenario.Snoozes)
        {
            steps.Add(new ModelStep($"{at} snoozes", at, () =>
            {
                _snoozes++;
                consumer.Go(outcome: TaskOutcome.Snooze(TimeSpan.Zero));
            }));
        }
    }

    private void AddFaults(List<ModelStep> steps, int at)
    {
        if (_faults < Scenario.Faults)
        {
            foreach (var fate in new[] { Fate.Fails, Fate.FailsAfter })
            {
                steps.Add(new ModelStep($"{at} {_consumers[at].Pending}, {fate}", at, () =>
                {
                    _faults++;
                    _consumers[at].Go(fate);
                }));
            }
        }
    }

    private void AddBeginnings(List<ModelStep> steps, int idle)
    {
        if (!CanMove(idle))
        {
            return;
        }

        var consumer = _consumers[idle];
        if (_sends > 0)
        {
            steps.Add(new ModelStep($"{idle} sends", idle, () =>
            {
                _sends--;
                consumer.BeginSend();
            }));
        }

        foreach (var message in Queues.Messages.Where(message => message is { IsVisible: true, Queue: StorageNames.DefaultQueue }).ToList())
        {
            if (message.DequeueCount >= Scenario.MaxDequeueCount)
            {
                steps.Add(new ModelStep($"the host poisons {message.Id}", idle, () =>
                {
                    Queues.Messages.Remove(message);
                    Queues.Send(Poison, message.Body);
                }));
                AddHalfPoison(steps, message);
            }
            else
            {
                steps.Add(new ModelStep($"{idle} receives {message.Id} ({message.DequeueCount + 1})", idle, () => consumer.Begin(message)));
            }
        }

        if (Queues.Messages.Any(message => message is { IsVisible: true, Queue: Poison }))
        {
            steps.Add(new ModelStep($"{idle} drains", idle, consumer.BeginDrain));
        }
    }

    // The host copies, then deletes, and may die in between.
    private void AddHalfPoison(List<ModelStep> steps, ModelMessage message)
    {
        if (_deaths < Scenario.Deaths && !Scenario.OnlyHandlersDie)
        {
            steps.Add(new ModelStep($"the host dies while it poisons {message.Id}", -1, () =>
            {
                _deaths++;
                Queues.Send(Poison, message.Body);
            }));
        }
    }

    // To move is free for who moved last, and where that one rests; else it is a preemption.
    private bool CanMove(int at) => !IsPreemption(at) || _preemptions < Scenario.Preemptions;

    private bool IsPreemption(int at) => at >= 0 && _actor >= 0 && at != _actor && _consumers[_actor].Pass is not null;

    private string? FindViolation(string id, ControlRow row)
    {
        var effects = Effects.Where(effect => effect.StartsWith(id + " ", StringComparison.Ordinal)).ToList();
        var deadLetters = Tables.All(StorageNames.DeadLettersTable).Count(letter => letter.RowKey == id);
        var crashes = _deaths + _lostLeases;
        return row.Ending is null ? $"{id} is lost as {row.State}"
            : effects is not [var effect] || effect != $"{id} {row.State}" ? $"{id} ended as {row.State} with effects [{string.Join(',', effects)}]"
            : deadLetters != (row.State == TaskState.DeadLettered ? 1 : 0) ? $"{id} ended as {row.State} with {deadLetters} dead letters"
            : row.Crashes > crashes ? $"{id} shows {row.Crashes} crashes where there were {crashes}"
            : row.State == TaskState.Revoked && _revokes == 0 ? $"{id} ended as revoked and nobody revoked it"
            : row.State == TaskState.Expired && _minutes == 0 ? $"{id} ended as expired in no time"
            : _failures == 0 && crashes < TaskRules.MaxCrashes && row.State is not (TaskState.Succeeded or TaskState.Revoked or TaskState.Expired) ? $"{id} never failed and ended as {row.State}"
            : null;
    }

    private static TaskRegistry MakeRegistry()
    {
        var registry = new TaskRegistry();
        registry.Add(typeof(ModelHandler), new ServiceCollection());
        return registry;
    }
}
