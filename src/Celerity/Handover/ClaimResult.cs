namespace Celerity.Handover;

/// <summary>What came of a claim.</summary>
/// <param name="Verdict">Only <see cref="DeliveryVerdict.Claim"/>, <see cref="DeliveryVerdict.Drop"/> and <see cref="DeliveryVerdict.RepeatEffects"/>.</param>
/// <param name="Row">The row as this pass holds it, or the ended row; <see langword="null"/> on <see cref="DeliveryVerdict.Drop"/>.</param>
internal readonly record struct ClaimResult(DeliveryVerdict Verdict, ControlRow? Row);
