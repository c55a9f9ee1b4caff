namespace Celerity.Figures;

/// <summary>What a queue held when it was looked at.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Length">Its messages, leased and delayed ones too.</param>
/// <param name="AgeSeconds">How long the next message that could be received had been there; <see langword="null"/> where there was none.</param>
internal sealed record QueueFigure(string Queue, long Length, double? AgeSeconds);
