namespace Celerity.SoakApp;

/// <summary>What is to become of each step, known beforehand: the tests compile it too.</summary>
public static class SoakPlan
{
    /// <summary>How often a step runs at most.</summary>
    public const int MaxAttempts = 4;

    /// <summary>Whether an attempt fails: one in ten, as chance would have it, and each time the same.</summary>
    public static bool Fails(int number, int attempt)
    {
        // SplitMix64, so that neither neighbours nor attempts of one step are alike.
        var mixed = (((ulong)(uint)number << 8) | (uint)attempt) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (mixed ^ (mixed >> 31)) % 10 == 0;
    }

    /// <summary>The result of a step.</summary>
    public static string ResultOf(int number) => FormattableString.Invariant($"{number} squared is {(long)number * number}");

    /// <summary>How many attempts of a step fail before one does not, or there is none left.</summary>
    public static int FailuresOf(int number) => Enumerable.Range(1, MaxAttempts).TakeWhile(attempt => Fails(number, attempt)).Count();
}
