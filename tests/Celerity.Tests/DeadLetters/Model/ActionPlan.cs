namespace Celerity.Tests.DeadLetters.Model;

/// <summary>A replay or purge of all letters.</summary>
/// <param name="Kind"><c>replay</c> or <c>purge</c>.</param>
/// <param name="Canary">How many are replayed first.</param>
/// <param name="State">Only letters of this state.</param>
internal sealed record ActionPlan(string Kind, int Canary = 0, DeadLetterState? State = null);
