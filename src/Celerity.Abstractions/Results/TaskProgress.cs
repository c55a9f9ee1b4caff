namespace Celerity;

/// <summary>How far a running attempt is, as it said itself.</summary>
/// <param name="Attempt">The attempt that said it, 1 on the first.</param>
/// <param name="At">When it was stored; a heartbeat renews it.</param>
/// <param name="Fraction">0 to 1, or <see langword="null"/> where it has only shown that it lives.</param>
/// <param name="Message">What it said beside, at most 200 characters.</param>
public sealed record TaskProgress(int Attempt, DateTimeOffset At, double? Fraction, string? Message);
