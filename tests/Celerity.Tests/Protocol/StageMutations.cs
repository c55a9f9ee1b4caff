using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Protocol;

/// <summary>One mutation for each rule of chunks and of the stage ledger. Some remember what they saw, so each use makes its own.</summary>
internal static class StageMutations
{
    /// <summary>Rows 2, 4 and 13: the rules of the hand-over, which chunks that left their slice go by.</summary>
    public static StageMutation Of(Mutant mutant) => new() { Tables = tables => mutant.Tables(tables, null!) };

    /// <summary>Row 9: the effects of a chunk's end are made from the end that this pass came to.</summary>
    public static StageMutation TellsItsOwnEnd()
    {
        TableRow? refused = null;
        return new StageMutation
        {
            Tables = tables => new AlteredTables(tables)
            {
                Insert = async (inner, table, row) =>
                {
                    var etag = await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false);
                    refused = etag is null && row.Values.ContainsKey(ChunkEnd.CategoryColumn) ? row : refused;
                    return etag;
                },
                Query = (inner, table, query) => refused is { } own && query.PartitionKey == own.PartitionKey && query.RowKeyFrom == own.RowKey
                    && query.Select?.Contains(ChunkEnd.CategoryColumn) == true
                        ? new[] { own }.ToAsyncEnumerable()
                        : inner.QueryAsync(table, query, CancellationToken.None),
            },
        };
    }

    /// <summary>Row 14: a slice whose rows are there is dropped.</summary>
    public static StageMutation DropsWhatHasEnded() => Drops(byRows: true, byRefusal: false);

    /// <summary>Row 15: a slice whose rows are refused is dropped.</summary>
    public static StageMutation DropsWhatIsRefused() => Drops(byRows: false, byRefusal: true);

    /// <summary>Row 16: a page row that is there is taken as done.</summary>
    public static StageMutation TakesPageRowsAsDone()
    {
        var isDone = false;
        return new StageMutation
        {
            Tables = tables => new AlteredTables(tables)
            {
                Insert = async (inner, table, row) =>
                {
                    var etag = await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false);
                    isDone = IsRoot(row.PartitionKey) ? etag is null : isDone;
                    return etag;
                },
                Query = (inner, table, query) => isDone && IsRoot(query.PartitionKey) ? Nothing : inner.QueryAsync(table, query, CancellationToken.None),
            },
        };
    }

    /// <summary>Row 17: the watch sees the root alone.</summary>
    public static StageMutation WatchesTheRootAlone() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => IsPage(query.PartitionKey) && query.RowKeyFrom is not null ? Nothing : inner.QueryAsync(table, query, CancellationToken.None),
        },
    };

    /// <summary>Row 18: only the pass that inserted a slice's rows publishes the next.</summary>
    public static StageMutation PublishesOnce() => new() { Sends = body => IsAgain(body) ? null : body };

    /// <summary>Row 19: the watch publishes again what was published, and nothing else.</summary>
    public static StageMutation MissesWhatWasNeverPublished()
    {
        var published = new HashSet<int>();
        return new StageMutation
        {
            Sends = body =>
            {
                var slice = SliceMessage.TryDecode(body, out _)!;
                return !slice.Again || published.Contains(slice.First) ? Note(slice.First, body) : null;
            },
        };

        string Note(int first, string body)
        {
            published.Add(first);
            return body;
        }
    }

    /// <summary>Row 20: what is lost as often as it may is not written down.</summary>
    public static StageMutation ForgetsTheLost() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => IsLost(row) ? ValueTask.FromResult<string?>("lost") : inner.TryInsertAsync(table, row, CancellationToken.None),
            InsertAll = (inner, table, rows) => rows.Any(IsLost) ? ValueTask.FromResult(true) : inner.TryInsertAllAsync(table, rows, CancellationToken.None),
        },
    };

    /// <summary>Row 21: a slice goes on into the next page.</summary>
    public static StageMutation CrossesPages() => new()
    {
        Sends = body =>
        {
            var slice = SliceMessage.TryDecode(body, out _)!;
            return slice.Last + 1 < slice.Layout.ChunkCount && slice.Layout.PageOf(slice.Last + 1) != slice.Layout.PageOf(slice.First)
                ? (slice with { Last = slice.Last + 1, Chunks = [.. slice.Chunks, slice.Chunks[^1]] }).Encode()
                : body;
        },
    };

    /// <summary>Row 22: a repeat leaves no mark.</summary>
    public static StageMutation LeavesNoMark() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => row.RowKey.StartsWith("repeated-", StringComparison.Ordinal)
                ? ValueTask.FromResult<string?>("none")
                : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    /// <summary>Row 24: whatever breaks a pass off like a cancelled run is taken for one.</summary>
    public static StageMutation TakesTimeoutsForCancelledRuns() => new()
    {
        Services = services => services.AddSingleton(_ =>
        {
            // Asks at once, and about runs of which there is none.
            var storage = new InMemoryStorage(TimeProvider.System);
            return new RunWatch(new RunGate(new RunStore(storage.Tables, new KnownRuns(TimeProvider.System)), TimeProvider.System), new EagerTime());
        }),
    };

    /// <summary>Row 50: what waits for its turn leaves no mark.</summary>
    public static StageMutation LeavesNoWaitingMark() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => row.RowKey == StageDeferrals.MarkKey ? ValueTask.FromResult<string?>("none") : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    /// <summary>Row 51: the watch does not know what holds the stage.</summary>
    public static StageMutation CountsTimeWhileHeld() => new()
    {
        Services = services => services.AddSingleton(provider => new StagePatience(
            new TaskRegistry(), provider.GetRequiredService<ControlBoard>(), provider.GetRequiredService<StageDeferrals>(), provider.GetRequiredService<TimeProvider>())),
    };

    /// <summary>Row 52: the mark says that something waits, and not until when.</summary>
    public static StageMutation WaitsForEver() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Found = row => row.RowKey == StageDeferrals.MarkKey
                ? row with { Values = new Dictionary<string, object> { ["until"] = DateTimeOffset.MaxValue } }
                : row,
        },
    };

    /// <summary>Row 53: a slice that was put off does not say how often it has come.</summary>
    public static StageMutation ForgetsDeliveries() => new()
    {
        Sends = body => SliceMessage.TryDecode(body, out _) is { Seq: 0 } slice ? (slice with { Crashes = 0 }).Encode() : body,
    };

    private static IAsyncEnumerable<TableRow> Nothing => AsyncEnumerable.Empty<TableRow>();

    private static StageMutation Drops(bool byRows, bool byRefusal)
    {
        var isDropped = false;
        return new StageMutation
        {
            Tables = tables => new AlteredTables(tables)
            {
                InsertAll = async (inner, table, rows) =>
                {
                    var isInserted = await inner.TryInsertAllAsync(table, rows, CancellationToken.None).ConfigureAwait(false);
                    isDropped = !isInserted && byRefusal;
                    return isInserted;
                },
                Query = (inner, table, query) => !IsPage(query.PartitionKey) ? inner.QueryAsync(table, query, CancellationToken.None)
                    : query.RowKeyFrom is null && isDropped ? Nothing
                    : query.RowKeyFrom is not null && byRows ? LookAsync(inner, table, query)
                    : inner.QueryAsync(table, query, CancellationToken.None),
            },
            Sends = body => isDropped && SliceMessage.TryDecode(body, out _)!.IsSlice() ? null : body,
        };

        async IAsyncEnumerable<TableRow> LookAsync(ITableStore inner, string table, TableQuery query)
        {
            await foreach (var row in inner.QueryAsync(table, query, CancellationToken.None).ConfigureAwait(false))
            {
                isDropped = true;
                yield return row;
            }
        }
    }

    private static bool IsRoot(string? partition) => partition?.EndsWith(":root", StringComparison.Ordinal) == true;

    private static bool IsPage(string? partition) => partition is not null && char.IsAsciiDigit(partition[^1]) && partition.Contains(':', StringComparison.Ordinal);

    private static bool IsLost(TableRow row) => row.FindString(ChunkEnd.CategoryColumn) == nameof(ErrorCategory.Lost);

    private static bool IsAgain(string body) => SliceMessage.TryDecode(body, out _) is { Again: true };

    private sealed class EagerTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
