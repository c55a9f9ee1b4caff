namespace Celerity;

/// <summary>One page of dead letters.</summary>
/// <param name="Letters">The letters, group by group, the newest first in each; without payloads and failures.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> on the last. A page may be short, and even empty, and have a next one.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, string? Next);
