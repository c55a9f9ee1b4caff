namespace Celerity.DeadLetters;

/// <summary>Finds the app's own code in a stack trace.</summary>
internal static class OwnFrames
{
    private const int Most = 2;
    private const int MaxChars = 200;
    private const string Mark = "   at ";

    private static readonly string[] Others = ["System.", "Microsoft.", "Azure.", "Celerity."];

    /// <summary>Lists the innermost methods that are neither the platform's nor Celerity's, without lines: those move with every change.</summary>
    public static IReadOnlyList<string> Of(string? stack)
    {
        var frames = new List<string>();
        foreach (var line in (stack ?? "").EnumerateLines())
        {
            var end = line.IndexOf('(');
            if (line.StartsWith(Mark) && end > Mark.Length && !IsOthers(line[Mark.Length..end]) && frames.Count < Most)
            {
                frames.Add(line[Mark.Length..end].ToString().AtMost(MaxChars));
            }
        }

        return frames;
    }

    private static bool IsOthers(ReadOnlySpan<char> method)
    {
        foreach (var prefix in Others)
        {
            if (method.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
