using System.Globalization;
using System.Text;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Tests.Schedules.Model;

/// <summary>Watches a schedule's row and what is sent, and says what was lost, doubled or done against what an operator was told.</summary>
internal sealed class ScheduleAccount(ScheduleWorld world)
{
    private const string Name = ScheduleSimulation.Name;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (DateTimeOffset DueAt, string Text)> _sent = new(StringComparer.Ordinal);

    // Due times that an edit, a resume or a deletion has passed over.
    private readonly SortedSet<DateTimeOffset> _passed = [];

    private DateTimeOffset _start;
    private bool _isStopped;
    private bool _isEdited;
    private int _runs;

    public string? Violation { get; private set; }

    /// <summary>Gets whether the schedule was deleted: then no record of it may be left after some hours.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>Begins with what was sent before.</summary>
    public void Begin()
    {
        foreach (var row in world.Tables.All(StorageNames.TasksTable).Where(row => TaskKeys.IsSend(row.RowKey)).ToList())
        {
            Add(Encoding.UTF8.GetString(row.FindBytes("message")!));
        }

        _start = world.Time.GetUtcNow() - (2 * Every);
    }

    public void Ask(string what) => _isStopped &= what is not ("resume" or "put");

    public void Answer(string what)
    {
        _isStopped |= what is "pause" or "delete";
        _isEdited |= what == "put";
        IsDeleted |= what == "delete";
        _runs += what == "run" ? 1 : 0;
    }

    public void Change(ScheduleState was, ScheduleState now, bool isAsked)
    {
        if (now.Cursor < was.Cursor && !isAsked)
        {
            Violation ??= $"a round has set the cursor back from {was.Cursor:HH:mm} to {now.Cursor:HH:mm}";
        }

        if (isAsked)
        {
            _passed.UnionWith(DueTimes(was.Cursor, now.Cursor));
            if (was.Waiting is { } waiting && now.Waiting is null)
            {
                _passed.Add(waiting);
            }
        }
    }

    public void Send(string body)
    {
        if (!Add(body) && _start != default)
        {
            return;
        }

        var (id, (due, text)) = _sent.Last();
        Violation ??= _start == default ? null
            : _isStopped && !IsManual(due) ? $"{id} of {due:HH:mm} is sent after it was answered that none will be"
            : _isEdited && text == "old" ? $"{id} of {due:HH:mm} is sent as it was before an edit that was answered"
            : !IsManual(due) && _sent.Values.Count(sent => sent.DueAt == due) > 1 ? $"{due:HH:mm} has fired twice"
            : null;
    }

    /// <summary>What was sent and has not ended.</summary>
    public IEnumerable<string> Running() => _sent.Keys.Where(id => TaskKeys.ControlOf(id) is var key && world.Tables.Find(key.Table, key.PartitionKey, key.RowKey) is null);

    /// <summary>Says what is missing or too much once all is over; <see langword="null"/> for nothing.</summary>
    public string? FindLoss()
    {
        var state = world.Tables.Find(StorageNames.ControlTable, "controls", ScheduleState.RowKeyOf(Name)) is { } row ? ScheduleState.From(row) : null;
        var records = world.Tables.All(StorageNames.SchedulesTable).Select(FiringRecord.From).ToList();
        if (state is null || state.IsDeleted)
        {
            return state is null && records.Count == 0 ? null : $"what is left of a deleted schedule: {state}, {records.Count} records";
        }

        var told = records.Where(record => !record.Firing.IsManual).SelectMany(Covered).ToList();
        var end = state.Pause is null ? world.Time.GetUtcNow() : state.Cursor;
        var fired = records.Where(record => record.Firing.Kind == FiringKind.Fired).Select(record => record.Firing.Id!).ToList();
        var last = fired.LastOrDefault(id => _sent.TryGetValue(id, out var sent) && sent.DueAt == state.LastDueAt);
        var revoked = world.Tables.All(StorageNames.ControlTable).Where(entry => entry.PartitionKey == "revocations").Select(entry => entry.FindString("value")!);
        return state.Open is not null ? "a decision is open"
            : told.Count != told.Distinct().Count() ? "a due time is in two records"
            : DueTimes(_start, end).Except(told).Except(_passed).FirstOrDefault() is { Ticks: > 0 } missing ? $"{missing:HH:mm} is missed"
            : records.Find(record => record.Error is not null) is { } failed ? failed.Error
            : fired.Except(_sent.Keys).FirstOrDefault() is { } unsent ? $"{unsent} is told of and was not sent"
            : _sent.Keys.Except(fired).FirstOrDefault() is { } untold ? $"{untold} of {_sent[untold].DueAt:HH:mm} was sent and is not told of"
            : _sent.Values.Count(sent => IsManual(sent.DueAt)) < _runs ? "a run that was answered was not sent"
            : revoked.Contains(last) ? $"{last} was fired last, and is revoked"
            : null;
    }

    public void Describe(StringBuilder text) => text
        .AppendJoin(',', _sent.Keys).AppendJoin(',', _passed.Select(due => due.ToString("t", CultureInfo.InvariantCulture)))
        .Append(CultureInfo.InvariantCulture, $"{_isStopped}{_isEdited}{_runs}{Violation}\n");

    private static bool IsManual(DateTimeOffset due) => due.UtcTicks % Every.Ticks != 0;

    private static IEnumerable<DateTimeOffset> Covered(FiringRecord record) =>
        DueTimes((record.Firing.FirstDueAt ?? record.Firing.DueAt).AddTicks(-1), record.Firing.DueAt);

    private static IEnumerable<DateTimeOffset> DueTimes(DateTimeOffset after, DateTimeOffset to)
    {
        for (var due = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % Every.Ticks), TimeSpan.Zero) + Every; due <= to; due += Every)
        {
            yield return due;
        }
    }

    private bool Add(string body)
    {
        var task = MessageCodec.Decode(Encoding.UTF8.GetBytes(body), "").Tasks[0];
        var due = DateTimeOffset.Parse(task.Headers[ScheduleTargets.DueHeader], CultureInfo.InvariantCulture);
        return _sent.TryAdd(task.Id, (due, task.Payload!.Value.GetProperty("text").GetString()!));
    }
}
