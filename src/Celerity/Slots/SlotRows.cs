using System.Globalization;
using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Slots;

/// <summary>A slot as it is stored.</summary>
/// <param name="Number">Which of the slots, from 0.</param>
/// <param name="Holder">The instance that holds it.</param>
/// <param name="Until">When it is free again unless it is renewed.</param>
/// <param name="ETag">Its version.</param>
internal sealed record SlotRow(int Number, string Holder, DateTimeOffset Until, string ETag);

/// <summary>Slots on table storage: a row for each that is taken, deleted when it is given back.</summary>
internal sealed class SlotRows(ITableStore tables, InstanceId instance, TimeProvider time)
{
    /// <summary>How long a slot stays taken after its instance has died. It is renewed well before.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int MaxRounds = 5;

    private async ValueTask<IReadOnlyList<SlotRow>> ListAsync(string scope, CancellationToken cancellationToken)
    {
        var slots = new List<SlotRow>();
        await foreach (var row in tables.QueryAsync(StorageNames.LimitsTable, new TableQuery(PartitionOf(scope)), cancellationToken).ConfigureAwait(false))
        {
            slots.Add(new SlotRow(
                int.Parse(row.RowKey, CultureInfo.InvariantCulture), row.FindString("holder")!, row.FindTime("until")!.Value, row.ETag));
        }

        return slots;
    }

    /// <summary>Takes any slot that is free.</summary>
    /// <param name="scope">What is limited.</param>
    /// <param name="slots">How many slots there are.</param>
    /// <param name="guess">The one to try first: of few instances it is mostly free, and that is one request.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The slot, or <see langword="null"/>: where all are taken, or where others were faster again and again.</returns>
    public async ValueTask<(SlotRow? Slot, bool IsFull)> TryTakeAnyAsync(string scope, int slots, int guess, CancellationToken cancellationToken)
    {
        if (guess < slots && await TryTakeAsync(scope, guess, over: null, cancellationToken).ConfigureAwait(false) is { } guessed)
        {
            return (guessed, false);
        }

        for (var round = 0; round < MaxRounds; round++)
        {
            var (number, over) = Free(await ListAsync(scope, cancellationToken).ConfigureAwait(false), slots);
            if (number < 0)
            {
                return (null, true);
            }

            if (await TryTakeAsync(scope, number, over, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                return (taken, false);
            }
        }

        return (null, false);
    }

    /// <summary>Takes a slot for the time of a lease: one that nobody holds, over one whose lease is over, or one's own again.</summary>
    /// <param name="scope">What is limited.</param>
    /// <param name="number">The slot.</param>
    /// <param name="over">The row to take it over from; <see langword="null"/> where there is none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The slot; <see langword="null"/> where another was faster.</returns>
    public async ValueTask<SlotRow?> TryTakeAsync(string scope, int number, SlotRow? over, CancellationToken cancellationToken)
    {
        // Its time begins before the request, so that others never believe it over later than its holder does.
        var until = time.GetUtcNow() + Lease;
        var row = new TableRow(PartitionOf(scope), KeyOf(number), new Dictionary<string, object> { ["holder"] = instance.Value, ["until"] = until });
        var etag = over is null
            ? await tables.TryInsertAsync(StorageNames.LimitsTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.LimitsTable, row, over.ETag, cancellationToken).ConfigureAwait(false);

        // A request that took longer than the lease gave nothing: whoever came meanwhile has found the slot free.
        return etag is null || time.GetUtcNow() >= until ? null : new SlotRow(number, instance.Value, until, etag);
    }

    /// <summary>Gives a slot back. Refused: its lease was over and another has it.</summary>
    public async ValueTask FreeAsync(string scope, SlotRow slot, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.LimitsTable, PartitionOf(scope), KeyOf(slot.Number), slot.ETag, cancellationToken).ConfigureAwait(false);

    private (int Number, SlotRow? Over) Free(IReadOnlyList<SlotRow> taken, int slots)
    {
        var numbers = taken.Select(slot => slot.Number).ToHashSet();
        var free = Enumerable.Range(0, slots).FirstOrDefault(number => !numbers.Contains(number), -1);
        return free >= 0 ? (free, null)
            : taken.FirstOrDefault(slot => slot.Number < slots && slot.Until < time.GetUtcNow()) is { } over ? (over.Number, over)
            : (-1, null);
    }

    private static string PartitionOf(string scope) => $"slots:{scope}";

    private static string KeyOf(int number) => number.ToString("D4", CultureInfo.InvariantCulture);
}
