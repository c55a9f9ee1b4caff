using System.Globalization;
using System.Text;
using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Groups;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Tests.DeadLetters.Model;

/// <summary>Watches letters and what is sent, and says what was lost, doubled, counted wrongly or done against what an operator was told.</summary>
internal sealed class LetterAccount(LetterWorld world)
{
    // By letter: the replay that marked it.
    private readonly SortedDictionary<string, string> _marked = new(StringComparer.Ordinal);

    // By letter: who deleted it.
    private readonly SortedDictionary<string, string> _deleted = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _sent = new(StringComparer.Ordinal);

    public string? Violation { get; private set; }

    public void Send(string id) => _sent.Add(id);

    /// <summary>Gets the tasks that were sent and have not ended.</summary>
    public IEnumerable<string> Running() => _sent.Where(id => TaskKeys.ControlOf(id) is var key && world.Tables.Find(key.Table, key.PartitionKey, key.RowKey) is null);

    /// <summary>Whether a task that a replay has sent has not ended.</summary>
    public bool IsRunning(string action)
    {
        var running = Running().ToHashSet(StringComparer.Ordinal);
        return _marked.Any(mark => mark.Value == action && running.Contains(DerivedId.Of(action, mark.Key)));
    }

    /// <summary>Writes, and looks at what becomes of the letters in it.</summary>
    public T Write<T>(LetterProcess process, IReadOnlyList<TableRow> rows, Func<T> write)
    {
        var before = rows.Where(row => row.IsLetter()).Select(Stored).ToList();
        var result = write();
        foreach (var letter in result is null ? [] : before.OfType<DeadLetterRow>())
        {
            Change(process, letter, Stored(letter.ToTableRow())!);
        }

        return result;
    }

    /// <summary>Says what is wrong once all is over; <see langword="null"/> for nothing.</summary>
    public string? FindLoss()
    {
        var all = world.Tables.All(StorageNames.DeadLettersTable).ToList();
        var letters = all.Where(row => row.IsLetter()).Select(DeadLetterRow.From).Where(row => !row.IsGone).ToList();
        var figures = GroupFigures.From(all.Single(row => row.RowKey == DeadLetterKey.FiguresRow), letters is [var any, ..] ? any.Letter.Group : "");
        var sends = world.Tables.All(StorageNames.TasksTable).Count(row => TaskKeys.IsSend(row.RowKey));
        return all.Exists(row => row.IsLetter() && DeadLetterRow.From(row).IsGone) ? "what is left of a deleted letter"
            : _marked.Values.Zip(_marked.Keys).FirstOrDefault(mark => !_sent.Contains(DerivedId.Of(mark.First, mark.Second))) is { First: not null } lost
            ? $"{lost.Second} is marked by {lost.First} and was not sent"
            : sends != _marked.Count || _sent.Count != _marked.Count ? $"{_marked.Count} letters are marked, {sends} tasks stored and {_sent.Count} sent"
            : Figures(figures) != Figures(letters) ? $"the figures are {Figures(figures)}, the letters {Figures(letters)}"
            : world.Actions().Select(FindLoss).FirstOrDefault(loss => loss is not null);
    }

    public void Describe(StringBuilder text) => text.AppendJoin(',', _marked).Append('|').AppendJoin(',', _deleted).Append('|').AppendJoin(',', _sent).Append('\n');

    private string? FindLoss(ActionRow action)
    {
        var done = (action.Kind == ActionRow.Purge ? _deleted : _marked).Values.Count(id => id == action.Id);
        return !action.HasEnded ? $"{action.Id} has not ended"
            : action.Done != done ? $"the {action.Kind} {action.Id} has counted {action.Done} of {done}"
            : action.HasCanary && world.Story.CanaryEnd == TaskState.DeadLettered && done > action.Options.Canary ? $"{done} were sent with a canary that failed"
            : null;
    }

    private void Change(LetterProcess process, DeadLetterRow was, DeadLetterRow now)
    {
        var (id, action) = (was.Letter.Id, world.ActionOf(process));
        if (now.IsGone)
        {
            Violation ??= _deleted.TryAdd(id, action.Id) ? null : $"{id} was deleted twice";
        }
        else if (now.Letter.State == DeadLetterState.Replayed)
        {
            Violation ??= !_marked.TryAdd(id, now.Letter.Action!) ? $"{id} was marked twice, by {_marked[id]} and {now.Letter.Action}"
                : process.IsAfterCancel ? $"{id} was marked by a step that began after the action was stopped"
                : action is { HasCanary: true, HasPassedCanary: false } && _marked.Values.Count(marker => marker == action.Id) > action.Options.Canary
                    ? $"{id} was marked before the canary has ended"
                : null;
        }
    }

    private DeadLetterRow? Stored(TableRow row) =>
        world.Tables.Find(StorageNames.DeadLettersTable, row.PartitionKey, row.RowKey) is { } stored ? DeadLetterRow.From(stored) : null;

    private static string Figures(GroupFigures figures) => Figures(figures.Open, figures.Replayed, figures.SetAside);

    private static string Figures(List<DeadLetterRow> letters)
    {
        return Figures(Count(DeadLetterState.Open), Count(DeadLetterState.Replayed), Count(DeadLetterState.SetAside));

        int Count(DeadLetterState state) => letters.Count(row => row.Letter.State == state);
    }

    private static string Figures(long open, long replayed, long aside) =>
        string.Create(CultureInfo.InvariantCulture, $"{open} open, {replayed} replayed, {aside} set aside");
}
