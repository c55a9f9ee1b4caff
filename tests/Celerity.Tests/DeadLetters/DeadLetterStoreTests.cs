using System.Text;
using Celerity.DeadLetters;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.DeadLetters;

public sealed class DeadLetterStoreTests
{
    private readonly InMemoryStorage _storage = new();

    private DeadLetterStore Store => new(_storage.Tables, _storage.Blobs);

    [Fact]
    public async Task Add_Again_KeepsTheFirst()
    {
        await Store.AddAsync(Record(), CancellationToken.None);
        await Store.AddAsync(Record() with { Host = "other" }, CancellationToken.None);

        Assert.Equal("h", Assert.Single(await ReadAsync()).FindString("host"));
    }

    [Fact]
    public async Task Add_LikeCauses_LieTogether()
    {
        await Store.AddAsync(Record() with { Id = "1", Reason = "no row 17" }, CancellationToken.None);
        await Store.AddAsync(Record() with { Id = "2", Reason = "no row 4711" }, CancellationToken.None);
        await Store.AddAsync(Record() with { Id = "3", Reason = "no column 17" }, CancellationToken.None);

        Assert.Equal([2, 1], (await ReadAsync()).GroupBy(row => row.PartitionKey).Select(group => group.Count()).OrderDescending());
    }

    [Fact]
    public async Task Add_BodyThatDoesNotFitARow_GoesToABlob()
    {
        var body = Encoding.UTF8.GetBytes(new string('x', 100_000));

        await Store.AddAsync(Record() with { Id = "a/b", Body = body }, CancellationToken.None);

        var row = Assert.Single(await ReadAsync());
        Assert.Null(row.FindBytes("body"));
        Assert.Equal("a/b", row.FindString("id"));
        await using var blob = await ((IBlobStore)_storage.Blobs).OpenReadAsync(
            StorageNames.DeadLettersContainer, row.FindString("bodyBlob")!, 0, null, null, CancellationToken.None);
        using var content = new MemoryStream();
        await blob.CopyToAsync(content, TestContext.Current.CancellationToken);
        Assert.Equal(body, content.ToArray());
    }

    [Fact]
    public async Task AddUndecodable_KeepsTheBytesAsTheyCame()
    {
        byte[] bytes = [0xFF, 0x00, 0x7B];

        await Store.AddUndecodableAsync(new UndecodableItem("m1", "what?", bytes), "q", DateTimeOffset.UnixEpoch, CancellationToken.None);

        var row = Assert.Single(await ReadAsync());
        Assert.Equal(bytes, row.FindBytes("body"));
        Assert.Equal(("message", nameof(ErrorCategory.Undecodable), "q"), (row.FindString("kind"), row.FindString("category"), row.FindString("queue")));
    }

    private static DeadLetterRecord Record() => new()
    {
        Id = "t1",
        Kind = "task",
        Queue = "q",
        Category = ErrorCategory.Permanent,
        Reason = "no",
        At = DateTimeOffset.UnixEpoch,
        Host = "h",
        Body = "{}"u8.ToArray(),
    };

    private async Task<List<TableRow>> ReadAsync()
    {
        var rows = new List<TableRow>();
        await foreach (var row in ((ITableStore)_storage.Tables).QueryAsync(StorageNames.DeadLettersTable, new TableQuery(null), CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
