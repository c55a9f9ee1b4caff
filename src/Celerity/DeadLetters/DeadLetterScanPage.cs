namespace Celerity.DeadLetters;

/// <summary>Letters that were read, and where to go on.</summary>
/// <param name="Rows">The letters.</param>
/// <param name="Next">After which to go on; <see langword="null"/> where there are no more.</param>
internal sealed record DeadLetterScanPage(IReadOnlyList<DeadLetterRow> Rows, DeadLetterKey? Next);
