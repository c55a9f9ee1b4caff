namespace Celerity.TestKit.Hosting.Storage.Queues;

/// <summary>A message in a queue in memory.</summary>
internal sealed class MemoryMessage(long sequence)
{
    public static readonly IComparer<MemoryMessage> ByVisibility = Comparer<MemoryMessage>.Create((left, right) =>
        left.VisibleAt == right.VisibleAt ? left.Sequence.CompareTo(right.Sequence) : left.VisibleAt.CompareTo(right.VisibleAt));

    public long Sequence => sequence;

    public string Id { get; } = Guid.NewGuid().ToString();

    public required string Text { get; set; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset VisibleAt { get; set; }

    public string PopReceipt { get; set; } = NewReceipt();

    public int DequeueCount { get; set; }

    public static string NewReceipt() => Convert.ToBase64String(Guid.NewGuid().ToByteArray());
}
