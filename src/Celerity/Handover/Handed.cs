namespace Celerity.Handover;

/// <summary>What a message says of its place in the line of hand-overs.</summary>
/// <param name="Seq">How often its subject was handed over.</param>
/// <param name="Delivery">The id of this hand-over; empty where there was none.</param>
/// <param name="Attempt">The attempt it makes.</param>
/// <param name="Crashes">How often the process died while it ran its subject.</param>
internal readonly record struct Handed(int Seq, string Delivery, int Attempt, int Crashes);
