namespace Celerity.Functions.Settings;

/// <summary>Something about how the app is set up that its owner should know.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record Finding(FindingSeverity Severity, string Text, string Fix);
