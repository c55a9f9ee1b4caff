namespace Celerity.Stages.Ledger;

/// <summary>A page of which all chunks have ended: a row of the root.</summary>
/// <param name="Count">What ended.</param>
/// <param name="Generation">The generation whose ledger holds the page's rows: the stage's own, or the one that it was taken over from.</param>
internal readonly record struct PageEnd(LedgerCount Count, int Generation);
