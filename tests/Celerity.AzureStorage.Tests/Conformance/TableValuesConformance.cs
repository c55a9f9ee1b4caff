using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every table store keeps of a row, and what it refuses.</summary>
public abstract class TableValuesConformance : TableSuite
{
    private protected TableValuesConformance(IStorageBench bench)
        : base(bench)
    {
    }

    public static TheoryData<object> Values => [
        "", "text", "\"quotes\" 'and' <marks> & \\ / äöü 漢字 \U0001F680\r\n\t", new string('x', 32 * 1024), "2026-01-01T00:00:00Z", "true",
        true, false, 0, int.MinValue, int.MaxValue, 0L, 1L, long.MinValue, long.MaxValue, 0.1, 1.0, -1e300, double.Epsilon,
        Array.Empty<byte>(), new byte[] { 0, 255 }, new byte[64 * 1024],
        new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(1234567), new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    public static TheoryData<string> Keys => new(
        "a", " ", "a b", "it's", "''", "a%2Fb", "100%", "a+b", "a&b=c", "a:b:c", "$filter", "(x)", "~!@$^*_-.,;", "\"", "<a>", "äöü 漢字 \U0001F680",
        new string('k', 512));

    public static TheoryData<string> ForbiddenKeys => new("", "a/b", "a\\b", "a#b", "a?b", "a\tb", "a\nb", "a\u007Fb", "a\u0085b", new string('k', 513));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Value_StoredAlone_ComesBackInItsType(object value)
    {
        await Store.TryInsertAsync(Table, Row("r", ("Value", value)), Token);

        Assert.Equal(value, Assert.Single((await Store.FindAsync(Table, "p", "r", Token))!.Values).Value);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Value_StoredInATransaction_ComesBackInItsType(object value)
    {
        await Store.TryInsertAllAsync(Table, [Row("a", ("Value", value)), Row("b", ("Value", value))], Token);

        await foreach (var row in Store.QueryAsync(Table, new TableQuery("p"), Token))
        {
            Assert.Equal(value, Assert.Single(row.Values).Value);
        }
    }

    [Fact]
    public async Task Time_WithAnOffset_ComesBackAsTheSameInstantInUtc()
    {
        var written = new DateTimeOffset(2026, 7, 1, 1, 30, 0, TimeSpan.FromHours(5.5));

        await Store.TryInsertAsync(Table, Row("r", ("Time", written)), Token);

        var read = (await Store.FindAsync(Table, "p", "r", Token))!.FindTime("Time");
        Assert.Equal((written.UtcDateTime, TimeSpan.Zero), (read!.Value.UtcDateTime, read.Value.Offset));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Key_OfAllowedCharacters_NamesItsRowAlone(string key)
    {
        var row = new TableRow(key, key, new Dictionary<string, object> { ["Number"] = 1 });

        var etag = await Store.TryInsertAsync(Table, row, Token);
        Assert.True(await Store.TryInsertAllAsync(Table, [new TableRow(key, "other", row.Values)], Token));

        Assert.Equal(etag, (await Store.FindAsync(Table, key, key, Token))!.ETag);
        Assert.Equal(2, await Store.QueryAsync(Table, new TableQuery(key), Token).CountAsync(Token));
        Assert.Equal(key, (await Store.QueryAsync(Table, new TableQuery(key) { RowKeyFrom = key, RowKeyBefore = key + "!" }, Token).SingleAsync(Token)).RowKey);
        etag = await Store.TryReplaceAsync(Table, row, etag!, Token);
        Assert.True(await Store.TryDeleteAsync(Table, key, key, etag!, Token));
    }

    [Theory]
    [MemberData(nameof(ForbiddenKeys))]
    public async Task Key_OfForbiddenCharactersOrLength_IsRefusedUnsent(string key)
    {
        var values = new Dictionary<string, object>();

        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAsync(Table, new TableRow(key, "r", values), Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAsync(Table, new TableRow("p", key, values), Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, [new TableRow("p", key, values)], Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryReplaceAsync(Table, new TableRow("p", key, values), "e", Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAsync(Table, "p", key, "e", Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.FindAsync(Table, "p", key, Token).AsTask());
    }

    [Fact]
    public async Task Value_TooLong_IsRefusedWithTheLimit()
    {
        await RefusedAsync("65536", ("Value", new string('x', 32 * 1024 + 1)));
        await RefusedAsync("65536", ("Value", new byte[64 * 1024 + 1]));
    }

    [Fact]
    public async Task Value_OfATypeThatRowsDoNotHold_IsRefusedWithItsName()
    {
        await RefusedAsync("Decimal", ("Value", 1m));
        await RefusedAsync("DateTime", ("Value", DateTime.UnixEpoch));
        await RefusedAsync("Int16", ("Value", (short)1));
        await RefusedAsync("null", ("Value", null!));
        await RefusedAsync("1601", ("Value", DateTimeOffset.MinValue));
        await RefusedAsync("NaN", ("Value", double.NaN));
    }

    [Theory]
    [InlineData("PartitionKey")]
    [InlineData("rowkey")]
    [InlineData("Timestamp")]
    [InlineData("odata.etag")]
    [InlineData("")]
    [InlineData("a-b")]
    [InlineData("1a")]
    public async Task Property_OfAReservedOrBadName_IsRefused(string name) => await RefusedAsync($"'{name}'", (name, 1));

    [Fact]
    public async Task Row_Of1MiB_IsStoredAndOneByteMoreIsRefused()
    {
        // As the service counts: 4 + 2 for each character of a key; for each property 8 + 2 for each character of its name + its value,
        // which is 4 + its length for bytes, 4 + 2 for each character for text.
        (string Name, object Value)[] small =
            [("A", "text"), ("B", true), ("C", 1), ("D", 1L), ("E", 1.5), ("F", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))];
        const int Keys = 4 + 2 * 2;
        const int Small = 6 * (8 + 2) + (4 + 8) + 1 + 4 + 8 + 8 + 8;
        const int EachLarge = 8 + 2 * 3 + 4;
        const int Rest = TableLimits.RowBytes - Keys - Small - 15 * (EachLarge + TableLimits.ValueBytes) - EachLarge;
        var values = small.Concat(Enumerable.Range(0, 16)
            .Select(at => ($"P{at:D2}", (object)new byte[at < 15 ? TableLimits.ValueBytes : Rest]))).ToArray();

        Assert.NotNull(await Store.TryInsertAsync(Table, Row("r", values), Token));
        values[^1].Item2 = new byte[Rest + 1];
        await RefusedAsync("1048576", values, rowKey: "s");
    }

    [Fact]
    public async Task Row_Of252Properties_IsStoredAndOneMoreIsRefused()
    {
        var values = Enumerable.Range(0, 253).Select(at => ($"P{at}", (object)at)).ToArray();

        Assert.NotNull(await Store.TryInsertAsync(Table, Row("r", values[..252]), Token));
        await RefusedAsync("252", values);
    }

    private Task RefusedAsync(string reason, params (string Name, object Value)[] values) => RefusedAsync(reason, values, "refused");

    private async Task RefusedAsync(string reason, (string Name, object Value)[] values, string rowKey)
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAsync(Table, Row(rowKey, values), Token).AsTask());

        Assert.Contains(reason, refusal.Message);
        Assert.Null(await Store.FindAsync(Table, "p", rowKey, Token));
    }
}
