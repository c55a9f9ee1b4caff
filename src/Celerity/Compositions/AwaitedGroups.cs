using System.Security.Cryptography;
using System.Text;
using Celerity.Groups;
using Celerity.Handover;
using Celerity.Runs;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Compositions;

/// <summary>Which group stands for what a pipeline awaits, and which of its tasks are those of the generation before.</summary>
internal sealed class AwaitedGroups(ITableStore tables, RunStore runs, GroupStore groups, SeatRows seats, ControlRows rows, TimeProvider time)
{
    /// <summary>Finds the group of this generation, or reserves its id before anything is sent; and the newest group before it that tasks are taken over from.</summary>
    public async ValueTask<(string Group, string? Before)> ReserveAsync(AwaitKey key, CancellationToken cancellationToken)
    {
        // Of a first generation there is mostly nothing: asked about only where the id is taken.
        var id = TaskIds.New(time.GetUtcNow()).ToString();
        var own = new TableRow(key.Partition, key.Row, new Dictionary<string, object> { ["group"] = id });
        if (key.Generation == 1 && await tables.TryInsertAsync(StorageNames.RunsTable, own, cancellationToken).ConfigureAwait(false) is not null)
        {
            return (id, null);
        }

        var known = new List<(string Row, string Group)>();
        var query = new TableQuery(key.Partition) { RowKeyFrom = key.FirstRow, RowKeyBefore = key.Row + "!" };
        await foreach (var row in tables.QueryAsync(StorageNames.RunsTable, query, cancellationToken).ConfigureAwait(false))
        {
            known.Add((row.RowKey, row.FindString("group")!));
        }

        var before = known.FindLast(row => row.Row != key.Row).Group;
        if (known.Find(row => row.Row == key.Row).Group is { } reserved)
        {
            return (reserved, before);
        }

        return await tables.TryInsertAsync(StorageNames.RunsTable, own, cancellationToken).ConfigureAwait(false) is null
            ? await ReserveAsync(key, cancellationToken).ConfigureAwait(false)
            : (id, before);
    }

    /// <summary>Tells what this generation does again; <see langword="null"/> of the first.</summary>
    public async ValueTask<RunRestart?> FindRestartAsync(AwaitKey key, CancellationToken cancellationToken) => key.Generation == 1
        ? null
        : (await runs.FindWithStagesAsync(key.Run, cancellationToken).ConfigureAwait(false))?
            .Generations.FirstOrDefault(generation => generation.Number == key.Generation)?.Restart;

    /// <summary>
    /// Decides once what becomes of a page of tasks. One that is the same as in the generation before (its place, its tasks, their payloads) keeps its id where
    /// it ended well, and where it has not ended; one that failed, or is another, is given a new id.
    /// </summary>
    public async ValueTask<IReadOnlyList<Seat>> SeatAsync(
        AwaitedTasks awaited, int page, IReadOnlyList<IReadOnlyList<TaskLink>> tasks, RunRestart? restart, CancellationToken cancellationToken)
    {
        var group = awaited.Group!;
        if (awaited.Before is not null && await seats.FindAsync(group, page, cancellationToken).ConfigureAwait(false) is { } decided)
        {
            return decided;
        }

        var known = awaited.Before is { } before ? await seats.FindAsync(before, page, cancellationToken).ConfigureAwait(false) ?? [] : [];
        var ends = known.Count == 0 ? [] : await EndsAsync(awaited.Before!, page, cancellationToken).ConfigureAwait(false);
        var taken = new List<Seat>(tasks.Count);
        foreach (var (at, links) in tasks.Index())
        {
            var index = page * GroupKeys.PageTasks + at;
            var fingerprint = FingerprintOf(links);
            var same = at < known.Count && known[at].Fingerprint == fingerprint ? known[at] : null;
            taken.Add(same is null || (ends.TryGetValue(index, out var end) && end.IsFailure && restart is not { Kind: RestartKind.Stage })
                ? new Seat(NewId(group, index), fingerprint, SeatOrigin.New)
                : same with { Origin = ends.ContainsKey(index) ? SeatOrigin.Taken : SeatOrigin.Adopted });
        }

        return await seats.InsertAsync(group, page, taken, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the ends of the tasks that were taken over into the group's ledger.</summary>
    /// <returns>Whether there are any.</returns>
    public async ValueTask<bool> TakeOverAsync(AwaitedTasks awaited, int page, IReadOnlyList<Seat> pageSeats, CancellationToken cancellationToken)
    {
        if (pageSeats.All(seat => seat.Origin != SeatOrigin.Taken))
        {
            return false;
        }

        var ends = await EndsAsync(awaited.Before!, page, cancellationToken).ConfigureAwait(false);
        var taken = pageSeats.Index().Where(seat => seat.Item.Origin == SeatOrigin.Taken).Select(seat => ends[page * GroupKeys.PageTasks + seat.Index]);
        await groups.AddEndsAsync(awaited.Group!, page, GroupKeys.TasksOfPage(page, awaited.Count), taken, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Looks after tasks of a page that were taken over before they had ended: their messages tell the group of the generation before.</summary>
    public async ValueTask AdoptAsync(string group, int count, int page, Func<int, int> linksOf, CancellationToken cancellationToken)
    {
        if (await seats.FindAsync(group, page, cancellationToken).ConfigureAwait(false) is not { } decided || decided.All(seat => seat.Origin != SeatOrigin.Adopted))
        {
            return;
        }

        var ended = await EndsAsync(group, page, cancellationToken).ConfigureAwait(false);
        var found = new List<ChildEnd>();
        foreach (var (at, seat) in decided.Index().Where(seat => seat.Item.Origin == SeatOrigin.Adopted))
        {
            var index = page * GroupKeys.PageTasks + at;
            if (!ended.ContainsKey(index) && await FindEndAsync(index, seat.Id, linksOf(index), cancellationToken).ConfigureAwait(false) is { } end)
            {
                found.Add(end);
            }
        }

        if (found.Count > 0)
        {
            await groups.AddEndsAsync(group, page, GroupKeys.TasksOfPage(page, count), found, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ChildEnd?> FindEndAsync(int index, string id, int links, CancellationToken cancellationToken)
    {
        for (; ; links--)
        {
            if (await rows.FindAsync(TaskKeys.ControlOf(id), cancellationToken).ConfigureAwait(false) is not { Ending: not null } row)
            {
                return null;
            }

            if (row.State != TaskState.Succeeded || links == 1)
            {
                return ChildEnd.Of(index, id, row);
            }

            id = DerivedId.Of(id, ChainEffect.NextRole);
        }
    }

    private async ValueTask<Dictionary<int, ChildEnd>> EndsAsync(string group, int page, CancellationToken cancellationToken) =>
        (await groups.ReadPageAsync(group, page, cancellationToken).ConfigureAwait(false)).ToDictionary(end => end.Index);

    // The ids of one page share a partition, so that the rows of a pack do.
    private static string NewId(string group, int index) =>
        DerivedId.Of(group, $"seat {index}")[..^1] + "0123456789abcdef"[GroupKeys.PageOf(index) % 16];

    private static string FingerprintOf(IReadOnlyList<TaskLink> links)
    {
        var text = string.Join('\n', links.Select(link => $"{link.Task} {CanonicalJson.WriteText(link.Payload)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
