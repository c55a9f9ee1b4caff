using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>The control row of a chunk that goes its own way: which of its messages counts, and who runs it.</summary>
/// <param name="Seq">How often the chunk was handed over.</param>
/// <param name="Delivery">The hand-over whose message counts; others of the same <paramref name="Seq"/> are orphans.</param>
/// <param name="Attempt">The attempt that this hand-over makes.</param>
/// <param name="Crashes">How often the process died while it ran the chunk.</param>
internal sealed record ChunkClaim(int Seq, string Delivery, int Attempt, int Crashes)
{
    /// <summary>Gets the queue message through which it is claimed, or <see langword="null"/> while nobody runs it.</summary>
    public string? MessageId { get; init; }

    /// <summary>Gets that message's dequeue count at the claim.</summary>
    public long DequeueCount { get; init; }

    /// <summary>Gets the pass that claimed it: tells the lost reply to one's own claim from somebody else's.</summary>
    public string? Pass { get; init; }

    /// <summary>Gets the failures so far, as JSON.</summary>
    public string? Failures { get; init; }

    public string ETag { get; init; } = "";

    public static ChunkClaim From(TableRow row) => new(row.GetInt32("seq"), row.FindString("delivery")!, row.GetInt32("attempt"), row.GetInt32("crashes"))
    {
        MessageId = row.FindString("messageId"),
        DequeueCount = row.GetInt64("dequeueCount"),
        Pass = row.FindString("pass"),
        Failures = row.FindString("failures"),
        ETag = row.ETag,
    };

    public static ChunkClaim Unclaimed(SliceMessage message) =>
        new(message.Seq, message.Delivery, message.Attempt, message.Crashes) { Failures = CelerityJson.Write(message.Failures) };

    public TableRow ToRow(StageKey key, int chunk)
    {
        var values = new Dictionary<string, object>
        {
            ["seq"] = Seq,
            ["delivery"] = Delivery,
            ["attempt"] = Attempt,
            ["crashes"] = Crashes,
            ["dequeueCount"] = DequeueCount,
        };
        values.AddIfPresent("messageId", MessageId);
        values.AddIfPresent("pass", Pass);
        values.AddIfPresent("failures", Failures);
        return new TableRow(key.ControlPartition, Ledger.ChunkEnd.RowKeyOf(chunk), values);
    }
}
