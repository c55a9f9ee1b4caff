using Celerity.Expiry;
using Celerity.RateLimits;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Expiry;

public sealed class BucketExpiryTests
{
    private static readonly RateTerms OneADay = new(RateLimit.TryParse("1/d")!, Cost: 1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStorage _storage;
    private readonly FaultPlan _calls = new();

    public BucketExpiryTests() => _storage = new InMemoryStorage(_time);

    private int Left => _storage.Tables.Count(StorageNames.LimitsTable);

    [Fact]
    public async Task Bucket_IsDroppedADayAfterItWasFull()
    {
        // Three tasks of one a day: the last of them starts in two days, and a day later the bucket is full.
        await ReserveAsync("k", 3);

        _time.Advance(TimeSpan.FromHours(95));
        await ExpireAsync();
        Assert.Equal(1, Left);

        _time.Advance(TimeSpan.FromHours(2));
        await ExpireAsync();
        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task Bucket_ThatIsAskedMeanwhile_IsKept()
    {
        await ReserveAsync("k", 1);
        _time.Advance(TimeSpan.FromDays(3));
        var asked = new AlteredTables(_storage.Tables)
        {
            Query = (inner, table, query) => Then(inner.QueryAsync(table, query, CancellationToken.None), () => ReserveAsync("k", 1)),
        };

        await ExpireAsync(asked);

        Assert.Equal(1, Left);
        Assert.Equal(0, (await new RateBuckets(_storage.Tables).FindAsync("k", CancellationToken.None)).Bucket!.Level);
    }

    [Fact]
    public async Task Slot_IsNoBucket()
    {
        await ((ITableStore)_storage.Tables).TryInsertAsync(StorageNames.LimitsTable, new TableRow("slots:k", "0000", new Dictionary<string, object>()), CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(9));

        await ExpireAsync();

        Assert.Equal(1, Left);
    }

    [Fact]
    public async Task Buckets_OfManyKeys_AreDroppedInRoundsOfSoManyRequests_AndThenRest()
    {
        for (var key = 0; key < 1100; key++)
        {
            await ReserveAsync($"k{key}", 1);
        }

        _time.Advance(TimeSpan.FromDays(3));
        var tables = new FaultyTableStore(_storage.Tables, _calls);
        for (var round = 0; round < 6; round++)
        {
            var before = _calls.Calls.Count;
            await ExpireAsync(tables);
            Assert.InRange(_calls.Calls.Count - before, 3, 203);
        }

        Assert.Equal(0, Left);
        var rested = _calls.Calls.Count;
        await ExpireAsync(tables);
        Assert.Equal(1, _calls.Calls.Count - rested);
    }

    private async ValueTask ReserveAsync(string key, int tasks)
    {
        var buckets = new RateBuckets(_storage.Tables);
        var (found, etag) = await buckets.FindAsync(key, CancellationToken.None);
        var (bucket, _) = (found?.AdvanceTo(_time.GetUtcNow(), OneADay) ?? RateBucket.Full(OneADay, _time.GetUtcNow())).Reserve(tasks, OneADay);
        Assert.NotNull(await buckets.TryWriteAsync(key, bucket, OneADay, etag, CancellationToken.None));
    }

    private Task ExpireAsync(ITableStore? tables = null) => new BucketExpiry(tables ?? _storage.Tables, _time).RunAsync(CancellationToken.None).AsTask();

    private static async IAsyncEnumerable<TableRow> Then(IAsyncEnumerable<TableRow> rows, Func<ValueTask> then)
    {
        var all = await rows.ToListAsync();
        await then();
        foreach (var row in all)
        {
            yield return row;
        }
    }
}
