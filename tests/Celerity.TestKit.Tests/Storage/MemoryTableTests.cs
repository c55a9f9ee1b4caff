using Azure;
using Azure.Data.Tables;
using Xunit;

namespace Celerity.TestKit.Tests.Storage;

public sealed class MemoryTableTests : MemoryStorageFixture
{
    [Fact]
    public async Task Entity_AllTypes_ComeBackAsTheyWere()
    {
        var table = await CreateAsync();
        var at = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        var id = Guid.NewGuid();
        await table.AddEntityAsync(
            new TableEntity("it's", "row 1")
            {
                ["Text"] = "a 'b' é",
                ["Int"] = 7,
                ["Long"] = 9_007_199_254_740_993L,
                ["Double"] = 1.5,
                ["Whole"] = 2d,
                ["NoNumber"] = double.NaN,
                ["Bool"] = true,
                ["At"] = at,
                ["Id"] = id,
                ["Bytes"] = new byte[] { 1, 2 },
                ["Nothing"] = null,
            },
            Cancel);

        var entity = (await table.GetEntityAsync<TableEntity>("it's", "row 1", cancellationToken: Cancel)).Value;

        Assert.Equal(("a 'b' é", 7, 9_007_199_254_740_993L, 1.5, true), (entity.GetString("Text"), entity.GetInt32("Int"), entity.GetInt64("Long"), entity.GetDouble("Double"), entity.GetBoolean("Bool")));
        Assert.Equal((2d, double.NaN), (entity.GetDouble("Whole"), entity.GetDouble("NoNumber")));
        Assert.Equal((at, id), (entity.GetDateTimeOffset("At"), entity.GetGuid("Id")));
        Assert.Equal([1, 2], entity.GetBinary("Bytes"));
        Assert.False(entity.ContainsKey("Nothing"));
        Assert.Equal(Now, entity.Timestamp);
    }

    [Fact]
    public async Task Insert_Twice_IsAConflict()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"), Cancel);

        await FailsAsync(409, "EntityAlreadyExists", () => table.AddEntityAsync(new TableEntity("p", "r"), Cancel));
    }

    [Fact]
    public async Task Update_WithAnOldTag_IsRefused()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 1 }, Cancel);
        var old = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancel)).Value;
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 2 }, old.ETag, TableUpdateMode.Replace, Cancel);

        await FailsAsync(412, "UpdateConditionNotSatisfied", () => table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 3 }, old.ETag, TableUpdateMode.Replace, Cancel));
        await FailsAsync(412, "UpdateConditionNotSatisfied", () => table.DeleteEntityAsync("p", "r", old.ETag, Cancel));
        await FailsAsync(404, "ResourceNotFound", () => table.UpdateEntityAsync(new TableEntity("p", "other"), ETag.All, TableUpdateMode.Merge, Cancel));
        Assert.Equal(2, (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancel)).Value.GetInt32("N"));
    }

    [Fact]
    public async Task Merge_KeepsWhatItDoesNotName()
    {
        var table = await CreateAsync();
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1L, ["B"] = "b" }, TableUpdateMode.Merge, Cancel);
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 2L }, TableUpdateMode.Merge, Cancel);
        var merged = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancel)).Value;

        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["C"] = 3 }, TableUpdateMode.Replace, Cancel);
        var replaced = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancel)).Value;

        Assert.Equal((2L, "b"), (merged.GetInt64("A"), merged.GetString("B")));
        Assert.Equal((null, 3), (replaced.GetString("B"), replaced.GetInt32("C")));
    }

    [Fact]
    public async Task Delete_Entity_IsGone()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"), Cancel);

        await table.DeleteEntityAsync("p", "r", cancellationToken: Cancel);

        await FailsAsync(404, "ResourceNotFound", async () => await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancel));
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Cancel)).HasValue);
    }

    [Theory]
    [InlineData("PartitionKey eq 'p1'", "0 2 4")]
    [InlineData("PartitionKey eq 'p1' and RowKey gt '0' and RowKey le '4'", "2 4")]
    [InlineData("N ge 3", "4 3")]
    [InlineData("not (N ge 3) and Even eq true", "0 2")]
    [InlineData("Big lt 20L or Name eq 'it''s 4'", "0 4 1")]
    [InlineData("At gt datetime'2030-01-03T00:00:00Z'", "4 3")]
    [InlineData("Missing eq 1", "")]
    public async Task Query_ByFilter_FindsInTheOrderOfKeys(string filter, string expected)
    {
        var table = await CreateAsync();
        for (var n = 0; n < 5; n++)
        {
            await table.AddEntityAsync(
                new TableEntity(n % 2 == 0 ? "p1" : "p2", $"{n}") { ["N"] = n, ["Big"] = n * 10L, ["Even"] = n % 2 == 0, ["Name"] = $"it's {n}", ["At"] = Now.AddDays(n) }, Cancel);
        }

        var rows = new List<string>();
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: Cancel))
        {
            rows.Add(entity.RowKey);
        }

        Assert.Equal(expected, string.Join(' ', rows));
    }

    [Fact]
    public async Task Query_ManyEntities_ComesInPages()
    {
        var table = await CreateAsync();
        for (var n = 0; n < 5; n++)
        {
            await table.AddEntityAsync(new TableEntity("p", $"{n}"), Cancel);
        }

        var pages = new List<string>();
        await foreach (var page in table.QueryAsync<TableEntity>(entity => entity.PartitionKey == "p", maxPerPage: 2, cancellationToken: Cancel).AsPages())
        {
            pages.Add(string.Join(' ', page.Values.Select(entity => entity.RowKey)));
        }

        Assert.Equal(["0 1", "2 3", "4"], pages);
    }

    [Fact]
    public async Task Batch_AllHold_IsDoneAsAWhole()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "old") { ["N"] = 1 }, Cancel);

        var answers = await table.SubmitTransactionAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "new") { ["Text"] = "a\nb" }),
                new TableTransactionAction(TableTransactionActionType.UpsertMerge, new TableEntity("p", "old") { ["M"] = 2 }),
            ],
            Cancel);

        Assert.Equal([204, 204], answers.Value.Select(answer => answer.Status));
        var merged = (await table.GetEntityAsync<TableEntity>("p", "old", cancellationToken: Cancel)).Value;
        Assert.Equal((1, 2), (merged.GetInt32("N"), merged.GetInt32("M")));
        Assert.Equal(merged.ETag, answers.Value[1].Headers.ETag);
    }

    [Fact]
    public async Task Batch_OneFails_ChangesNothing()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "taken"), Cancel);

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "new")),
                new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "taken")),
            ],
            Cancel));

        Assert.Equal((409, "EntityAlreadyExists", 1), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "new", cancellationToken: Cancel)).HasValue);
    }

    [Fact]
    public async Task Table_MissingOrTwice_IsRefused()
    {
        await CreateAsync();

        await Tables.GetTableClient("things").CreateIfNotExistsAsync(Cancel);
        await FailsAsync(409, "TableAlreadyExists", () => Tables.CreateTableAsync("Things", Cancel));
        await FailsAsync(404, "TableNotFound", () => Tables.GetTableClient("missing").AddEntityAsync(new TableEntity("p", "r"), Cancel));
        await Tables.DeleteTableAsync("things", Cancel);
        Assert.Empty(await Tables.QueryAsync(cancellationToken: Cancel).ToListAsync(Cancel));
    }

    private static async Task FailsAsync(int status, string code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.Equal((status, code), (failure.Status, failure.ErrorCode));
    }

    private async Task<TableClient> CreateAsync()
    {
        await Tables.CreateTableAsync("things", Cancel);
        return Tables.GetTableClient("things");
    }
}
