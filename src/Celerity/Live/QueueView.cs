using Celerity.Controls;

namespace Celerity.Live;

/// <summary>A queue as it is now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its messages, leased and delayed ones too; a message may carry several tasks.</param>
/// <param name="OldestSeconds">How long the next message that could be received has been there; <see langword="null"/> where there is none.</param>
/// <param name="Held">The messages that a pause or a circuit has moved aside.</param>
/// <param name="Poison">The messages that the host gave up on and that are not drained yet.</param>
internal sealed record QueueView(string Name, int Length, double? OldestSeconds, int Held, int Poison)
{
    /// <summary>Gets whether it is paused.</summary>
    public bool IsPaused => Pause is not null;

    /// <summary>Gets who paused it, and why; <see langword="null"/> where nobody did.</summary>
    public PauseNote? Pause { get; init; }

    /// <summary>Gets the tasks that go there unless a send says otherwise.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];
}
