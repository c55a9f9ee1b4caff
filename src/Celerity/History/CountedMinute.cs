namespace Celerity.History;

/// <summary>What a process counted in a minute, or in the part of one before the clock was set.</summary>
/// <param name="Minute">When it began.</param>
/// <param name="Number">Its number in this process: written again because a reply was lost, it is the same row.</param>
/// <param name="Tally">What was seen.</param>
internal sealed record CountedMinute(DateTimeOffset Minute, int Number, HistoryTally Tally);
