namespace Celerity.RateLimits;

/// <summary>A rate limit as one process knows it.</summary>
/// <param name="Task">The task or stage, in lower case.</param>
/// <param name="PerSecond">The limit, of all processes together.</param>
/// <param name="Share">The process's share of it; 0 where it has none.</param>
internal sealed record RateUse(string Task, double PerSecond, double Share);
