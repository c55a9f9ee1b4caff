namespace Celerity.Controls;

/// <summary>What the board says of a pause.</summary>
/// <param name="IsPaused">Whether it is paused now.</param>
/// <param name="At">Since when it is, or is not.</param>
/// <param name="Who">Who said so.</param>
/// <param name="Why">The reason.</param>
internal sealed record PauseNote(bool IsPaused, DateTimeOffset At, string Who, string Why);
