namespace Celerity;

/// <summary>Something that was changed while the app ran.</summary>
/// <param name="Id">Its id; ids sort the newest first.</param>
/// <param name="At">When, by the clock of the instance that did it.</param>
/// <param name="Who">Who asked for it.</param>
/// <param name="What">The action, such as <c>queue.pause</c>.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Why">The reason given, or empty.</param>
/// <param name="Details">What it was and what it became, as JSON, or <see langword="null"/>.</param>
public sealed record AuditRecord(string Id, DateTimeOffset At, string Who, string What, string Target, string Why, string? Details);

/// <summary>A page of the audit.</summary>
/// <param name="Records">The records, the newest first.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? Next);
