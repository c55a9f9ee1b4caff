namespace Celerity.Costs;

/// <summary>What 10,000 requests to the storage account cost, by kind: <c>Celerity:Cost:Prices</c>. In general-purpose v2 accounts with local redundancy.</summary>
internal sealed class PriceOptions
{
    /// <summary>Gets or sets the price of what changes a queue or a message: send, update, delete.</summary>
    public decimal QueueClass1 { get; set; } = 0.004m;

    /// <summary>Gets or sets the price of what reads a queue: receive, peek, properties.</summary>
    public decimal QueueClass2 { get; set; } = 0.004m;

    /// <summary>Gets or sets the price of every request to a table; a transaction is one.</summary>
    public decimal Table { get; set; } = 0.00036m;

    /// <summary>Gets or sets the price of writing a blob or a block of it.</summary>
    public decimal BlobWrite { get; set; } = 0.055m;

    /// <summary>Gets or sets the price of listing blobs and creating containers.</summary>
    public decimal BlobList { get; set; } = 0.055m;

    /// <summary>Gets or sets the price of reading a blob.</summary>
    public decimal BlobRead { get; set; } = 0.0044m;

    /// <summary>Gets or sets the price of all else, such as reading a blob's properties.</summary>
    public decimal BlobOther { get; set; } = 0.0044m;

    /// <summary>Gets or sets the price of deleting a blob.</summary>
    public decimal BlobDelete { get; set; }

    /// <summary>Gets all prices by name.</summary>
    public IEnumerable<(string Name, decimal Price)> All =>
    [
        (nameof(QueueClass1), QueueClass1), (nameof(QueueClass2), QueueClass2), (nameof(Table), Table), (nameof(BlobWrite), BlobWrite),
        (nameof(BlobList), BlobList), (nameof(BlobRead), BlobRead), (nameof(BlobOther), BlobOther), (nameof(BlobDelete), BlobDelete),
    ];

    /// <summary>The price of 10,000 requests of a kind, as the request counter names them.</summary>
    public decimal Of(string service, string operation) => (service, operation) switch
    {
        ("queue", "receive" or "peek" or "properties") => QueueClass2,
        ("queue", _) => QueueClass1,
        ("table", _) => Table,
        (_, "put" or "put_block" or "put_block_list") => BlobWrite,
        (_, "list" or "create") => BlobList,
        (_, "get") => BlobRead,
        (_, "delete") => BlobDelete,
        _ => BlobOther,
    };
}
