namespace Celerity.Holding;

/// <summary>What keeps a task on the queue of what is held.</summary>
/// <param name="Kind">What kind of thing that is.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="KnownAt">When that was read.</param>
internal sealed record Hold(DeferralReason Kind, string Reason, DateTimeOffset KnownAt);
