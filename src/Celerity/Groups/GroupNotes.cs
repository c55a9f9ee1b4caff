using Celerity.Storage;

namespace Celerity.Groups;

/// <summary>A note that a group is open, for the watch.</summary>
/// <param name="Id">The group.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="LookAt">When to look at it next.</param>
/// <param name="IsSent">Whether all of its messages have been sent.</param>
internal sealed record GroupNote(string Id, DateTimeOffset At, DateTimeOffset LookAt, bool IsSent)
{
    public string ETag { get; init; } = "";
}

/// <summary>Keeps a note of each open group, and its messages until they have all been sent.</summary>
internal sealed class GroupNotes(ITableStore tables)
{
    private const string Partition = "open-groups";

    public async ValueTask<GroupNote> AddAsync(GroupNote note, CancellationToken cancellationToken) =>
        note with { ETag = await tables.TryInsertAsync(StorageNames.ControlTable, ToRow(note), cancellationToken).ConfigureAwait(false) ?? "" };

    /// <summary>Writes a note anew. Refused where somebody else has: the next look decides.</summary>
    public async ValueTask ReplaceAsync(GroupNote note, CancellationToken cancellationToken)
    {
        if (note.ETag.Length > 0)
        {
            _ = await tables.TryReplaceAsync(StorageNames.ControlTable, ToRow(note), note.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (await tables.FindAsync(StorageNames.ControlTable, Partition, id, cancellationToken).ConfigureAwait(false) is { } row)
        {
            _ = await tables.TryDeleteAsync(StorageNames.ControlTable, Partition, id, row.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether there is a note of a group: from before it is accepted until after it has ended.</summary>
    public async ValueTask<bool> IsOpenAsync(string id, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, Partition, id, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask<List<GroupNote>> ReadAsync(CancellationToken cancellationToken)
    {
        var notes = new List<GroupNote>();
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, new TableQuery(Partition), cancellationToken).ConfigureAwait(false))
        {
            notes.Add(new GroupNote(row.RowKey, row.FindTime("at")!.Value, row.FindTime("lookAt")!.Value, row.GetBoolean("isSent")) { ETag = row.ETag });
        }

        return notes;
    }

    private static TableRow ToRow(GroupNote note) => new(Partition, note.Id, new Dictionary<string, object>
    {
        ["at"] = note.At,
        ["lookAt"] = note.LookAt,
        ["isSent"] = note.IsSent,
    });
}
