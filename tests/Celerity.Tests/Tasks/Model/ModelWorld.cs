using System.Globalization;
using System.Text;
using Celerity.Revocation;
using Celerity.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Two processes, the queue's host around them, and what is left of each thing that may go wrong.</summary>
internal sealed class ModelWorld : IModelWorld
{
    private const string Poison = StorageNames.DefaultQueue + StorageNames.PoisonSuffix;

    // No process stands still for so long and then goes on: after that its send is taken for abandoned.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly ModelConsumer[] _consumers;
    private int _deaths;
    private int _lostLeases;
    private int _lostReplies;
    private int _faults;
    private int _failures;
    private int _snoozes;
    private int _sends;
    private int _rounds;
    private int _revokes;
    private int _jumps;
    private int _preemptions;
    private int _actor = -1;

    public ModelWorld(Scenario scenario)
    {
        Scenario = scenario;
        Queues = new ModelQueues(scenario.HasClock ? Time : null);
        History = new ModelHistory(this);
        _consumers = [NewConsumer(0), NewConsumer(1)];
        foreach (var (table, row) in scenario.Rows)
        {
            Tables.Insert(table, row);
        }

        foreach (var (name, content) in scenario.Blobs)
        {
            Blobs.Add(name, content);
        }

        // Of what had ended before all effects were made.
        foreach (var (id, row) in Tables.Controls().Where(control => control.Row.Ending is not null))
        {
            Effects.Add($"{id} {row.State}");
        }

        foreach (var message in scenario.Messages)
        {
            Queues.Send(StorageNames.DefaultQueue, message);
        }
    }

    public Scenario Scenario { get; }

    public ModelTables Tables { get; } = new();

    public ModelQueues Queues { get; }

    public Dictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Effects { get; } = new(StringComparer.Ordinal);

    public ModelHistory History { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Gets how many passes were broken off by a death or went on without a lease.</summary>
    public int Crashes => _deaths + _lostLeases;

    public int Failures => _failures;

    public bool IsHandlerRunning => Array.Exists(_consumers, consumer => consumer.IsAtHandler);

    public int Revokes => _revokes;

    public int Jumps => _jumps;

    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();

        // What does not concern the other happens at once: fewer orders, the same outcomes.
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

    public string? FindViolation(bool isQuiet) =>
        Tables.Violation ?? History.FindViolation() ?? (isQuiet ? new ModelEnd(this).FindViolation() : null);

    /// <summary>Describes the whole state; random ids are numbered as they come, so that equal states look equal.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{_deaths},{_lostLeases},{_lostReplies},{_faults},{_failures},{_snoozes},{_sends},{_rounds},{_revokes},{_jumps},{_preemptions},{_actor},{Time.GetUtcNow().Ticks}\n");
        Tables.Describe(text);
        Queues.Describe(text);
        text.AppendJoin(',', Effects).AppendJoin(',', Blobs.Keys.Order(StringComparer.Ordinal));
        History.Describe(text);
        foreach (var consumer in _consumers)
        {
            text.Append('\n');
            consumer.Describe(text);
        }

        return IdNumbering.Apply(text.ToString());
    }

    /// <summary>Makes a process in which nothing goes wrong.</summary>
    public ModelConsumer NewConsumer(int at = 0) => new(this, at == 0 ? TimeSpan.Zero : Scenario.Skew);

    private void AddStepsOf(List<ModelStep> steps, int at)
    {
        var consumer = _consumers[at];
        if (CanMove(at))
        {
            foreach (var call in consumer.Calls)
            {
                AddMoves(steps, at, call);
            }
        }

        if (_deaths < Scenario.Deaths && (Scenario.OnlyHandlersDie ? consumer.IsAtHandler : !consumer.IsInvisible))
        {
            var call = consumer.Calls[0];
            steps.Add(new ModelStep(() => $"{at} dies before {call.Name}", -1, () =>
            {
                _deaths++;
                consumer.Die();

                // The next life remembers nothing of this one.
                _consumers[at] = NewConsumer(at);
            }));
        }

        if (_lostLeases < Scenario.LostLeases && consumer.Items.Count > 0 && !consumer.IsInvisible)
        {
            steps.Add(new ModelStep(() => $"{at} loses its lease", -1, () =>
            {
                _lostLeases++;
                consumer.LoseLeases();
            }));
        }
    }

    // What happens around the processes while there is still something to happen to.
    private void AddOutside(List<ModelStep> steps)
    {
        if (steps.Count == 0 && Queues.NextAt is null)
        {
            return;
        }

        if (_revokes < Scenario.Revokes)
        {
            steps.Add(new ModelStep(() => "somebody revokes", -1, Revoke));
        }

        // A handler that waits would ask for revocations beside its pass; it has its turn when time stands still.
        if (_jumps < Scenario.Jumps && !_consumers.Any(consumer => consumer.IsAtHandler))
        {
            foreach (var span in Scenario.Spans.Where(span => (span < Abandoned && !Scenario.IsPrompt) || _consumers.All(consumer => consumer.Pass is null)))
            {
                steps.Add(new ModelStep(() => $"{span} passes", -1, () => Jump(span)));
            }
        }
    }

    private void Revoke()
    {
        var (target, value) = _revokes++ == 0 ? (RevocationTarget.Id, "t1") : (RevocationTarget.Tag, "red");
        _ = Tables.Insert(StorageNames.ControlTable, new TableRow("revocations", $"{_revokes}", new Dictionary<string, object>
        {
            ["target"] = target.ToString(),
            ["value"] = value,
            ["at"] = Time.GetUtcNow(),
        }));
    }

    private void Jump(TimeSpan span)
    {
        _jumps++;
        if (Scenario.HasClock && span >= ModelQueues.Lease)
        {
            _lostLeases += _consumers.Count(consumer => consumer.Items.Count > 0);
        }

        Time.Advance(span);
    }

    private void AddMoves(List<ModelStep> steps, int at, ModelCall call)
    {
        var consumer = _consumers[at];
        if (call.IsHandler)
        {
            AddOutcomes(steps, at, call);
            return;
        }

        steps.Add(new ModelStep(() => $"{at} {call.Name}", at, () => consumer.Go(call)));
        if (!call.IsRead && _lostReplies < Scenario.LostReplies)
        {
            steps.Add(new ModelStep(() => $"{at} {call.Name}, twice", at, () =>
            {
                _lostReplies++;
                consumer.Go(call, Fate.DoneTwice);
            }));
        }

        if (_faults < Scenario.Faults)
        {
            foreach (var fate in new[] { Fate.Fails, Fate.FailsAfter })
            {
                steps.Add(new ModelStep(() => $"{at} {call.Name}, {fate}", at, () =>
                {
                    _faults++;
                    consumer.Go(call, fate);
                }));
            }
        }
    }

    private void AddOutcomes(List<ModelStep> steps, int at, ModelCall call)
    {
        var consumer = _consumers[at];
        steps.Add(new ModelStep(() => $"{at} succeeds", at, () => consumer.Go(call, outcome: TaskOutcome.Completed)));
        if (_failures < Scenario.Failures)
        {
            steps.Add(new ModelStep(() => $"{at} fails", at, () =>
            {
                _failures++;
                consumer.Go(call, outcome: TaskOutcome.Retry(reason: "no"));
            }));
        }

        if (_snoozes < Scenario.Snoozes)
        {
            steps.Add(new ModelStep(() => $"{at} snoozes", at, () =>
            {
                _snoozes++;
                consumer.Go(call, outcome: TaskOutcome.Snooze(TimeSpan.Zero));
            }));
        }
    }

    private void AddBeginnings(List<ModelStep> steps, int idle)
    {
        if (!CanMove(idle))
        {
            return;
        }

        var consumer = _consumers[idle];
        if (_sends < Scenario.Sends.Count)
        {
            var send = Scenario.Sends[_sends];
            steps.Add(new ModelStep(() => $"{idle} sends {send.Name}", idle, () =>
            {
                _sends++;
                consumer.Begin($"send {_sends}", History.Tell(send));
            }));
        }

        foreach (var message in Queues.VisibleOn(StorageNames.DefaultQueue).ToList())
        {
            if (message.DequeueCount >= Scenario.MaxDequeueCount)
            {
                AddPoisoning(steps, idle, message);
            }
            else
            {
                var count = message.DequeueCount + 1;
                steps.Add(new ModelStep(() => $"{idle} receives {message.Id} ({count})", idle, () => consumer.Begin(message)));
            }
        }

        if (Queues.VisibleOn(Poison).Any())
        {
            steps.Add(new ModelStep(() => $"{idle} drains", idle, consumer.BeginDrain));
        }

        if (_rounds < Scenario.Rounds && !_consumers.Any(other => other.IsMaintaining))
        {
            steps.Add(new ModelStep(() => $"{idle} maintains", idle, () =>
            {
                _rounds++;
                consumer.BeginRound(isWhole: !Scenario.OnlySweeps);
            }));
        }
    }

    // The host copies, then deletes, and may die in between.
    private void AddPoisoning(List<ModelStep> steps, int idle, ModelMessage message)
    {
        steps.Add(new ModelStep(() => $"the host poisons {message.Id}", idle, () =>
        {
            Queues.Messages.Remove(message);
            Queues.Send(Poison, message.Body);
        }));
        if (_deaths < Scenario.Deaths && !Scenario.OnlyHandlersDie)
        {
            steps.Add(new ModelStep(() => $"the host dies while it poisons {message.Id}", -1, () =>
            {
                _deaths++;
                Queues.Send(Poison, message.Body);
            }));
        }
    }

    // To move is free for who moved last, and where that one rests; else it is a preemption.
    private bool CanMove(int at) => !IsPreemption(at) || _preemptions < Scenario.Preemptions;

    private bool IsPreemption(int at) => at >= 0 && _actor >= 0 && at != _actor && _consumers[_actor].Pass is not null;
}
