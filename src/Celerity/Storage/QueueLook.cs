namespace Celerity.Storage;

/// <summary>What a queue holds.</summary>
/// <param name="Count">Its messages, leased and delayed ones too; never fewer than there are.</param>
/// <param name="OldestAt">When the next that can be received was sent; <see langword="null"/> where there is none.</param>
internal readonly record struct QueueLook(int Count, DateTimeOffset? OldestAt);
