using System.Globalization;
using Celerity.Storage;

namespace Celerity.Compositions;

/// <summary>A task's place in an awaited group: under which id it runs, and whether it is the same as in the generation before.</summary>
/// <param name="Id">The task's id; of a chain its first link's.</param>
/// <param name="Fingerprint">A hash of the tasks and their payloads.</param>
/// <param name="Origin">Whose id it is.</param>
internal sealed record Seat(string Id, string Fingerprint, SeatOrigin Origin);

/// <summary>Whose id a seat has.</summary>
internal enum SeatOrigin
{
    /// <summary>Its own: it is sent.</summary>
    New,

    /// <summary>That of the generation before, where it ended well: it is not sent again.</summary>
    Taken,

    /// <summary>That of the generation before, where it had not ended: it is sent again under its id, and looked after.</summary>
    Adopted,
}

/// <summary>
/// The seats of a page of a group: a row that is written before the first of them is sent and never changes, so that whoever makes the step again
/// decides as it was decided.
/// </summary>
internal sealed class SeatRows(ITableStore tables)
{
    private const char Separator = ' ';

    public async ValueTask<IReadOnlyList<Seat>?> FindAsync(string group, int page, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.LedgerTable, PartitionOf(group), RowOf(page), cancellationToken).ConfigureAwait(false) is { } row
            ? Read(row.FindString("seats")!)
            : null;

    /// <summary>Writes them, where none are.</summary>
    /// <returns>What is there then.</returns>
    public async ValueTask<IReadOnlyList<Seat>> InsertAsync(string group, int page, IReadOnlyList<Seat> seats, CancellationToken cancellationToken)
    {
        var row = new TableRow(PartitionOf(group), RowOf(page), new Dictionary<string, object> { ["seats"] = Write(seats) });
        return await tables.TryInsertAsync(StorageNames.LedgerTable, row, cancellationToken).ConfigureAwait(false) is null
            ? (await FindAsync(group, page, cancellationToken).ConfigureAwait(false))!
            : seats;
    }

    // Behind the root and beside the pages, so that they go when the group does.
    private static string PartitionOf(string group) => Groups.GroupKeys.Root(group) + ":seats";

    private static string RowOf(int page) => page.ToString("D6", CultureInfo.InvariantCulture);

    // 200 seats of some 75 characters: below the 32,768 that a column holds.
    private static string Write(IReadOnlyList<Seat> seats) =>
        string.Join('\n', seats.Select(seat => string.Join(Separator, seat.Id, seat.Fingerprint, seat.Origin)));

    private static List<Seat> Read(string text) => [.. text.Split('\n').Select(line => line.Split(Separator) is [var id, var fingerprint, var origin]
        ? new Seat(id, fingerprint, Enum.Parse<SeatOrigin>(origin))
        : throw new FormatException($"A seat reads '{line}'."))];
}
