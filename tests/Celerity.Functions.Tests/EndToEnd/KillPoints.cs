namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Of the points at which a process could be killed, those that differ.</summary>
internal static class KillPoints
{
    private const string Before = "|before";
    private const string After = "|after";

    /// <summary>
    /// Picks one point for each state. What is stored between two calls is the same just after the one and just before the other, and on both sides of a read. It
    /// differs where a handler has begun meanwhile, a client has had its answer, or the orchestrations have moved on: the last is told apart at reads too, for
    /// they may move on several times between two writes.
    /// </summary>
    /// <param name="recorded">What was written down, <see cref="KillLane.RecordAsync"/>.</param>
    public static IEnumerable<string> Different(IEnumerable<string> recorded)
    {
        var (isDifferent, hasMovedOn) = (true, false);
        foreach (var line in recorded)
        {
            if (!line.EndsWith(Before, StringComparison.Ordinal) && !line.EndsWith(After, StringComparison.Ordinal))
            {
                (isDifferent, hasMovedOn) = (true, hasMovedOn || line == KillLane.Commit);
            }
            else if (line.EndsWith(After, StringComparison.Ordinal) ? !IsRead(line) : isDifferent && (hasMovedOn || !IsRead(line)))
            {
                (isDifferent, hasMovedOn) = (false, false);
                yield return line;
            }
        }
    }

    // To take a message from a queue is none.
    private static bool IsRead(string line) => line.StartsWith("GET ", StringComparison.Ordinal) && !line.Contains("/messages|", StringComparison.Ordinal);
}
