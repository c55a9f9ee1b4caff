namespace Celerity.RateLimits;

/// <summary>An instant that a task has reserved of a rate limit.</summary>
/// <param name="Limit">The limit, as <see cref="LimitName"/> writes it.</param>
/// <param name="At">The instant.</param>
internal sealed record RateSlot(string Limit, DateTimeOffset At);
