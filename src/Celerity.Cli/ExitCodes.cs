namespace Celerity.Cli;

/// <summary>What the command tells the program that started it.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int RunFailed = 1;
    public const int WrongUsage = 2;
    public const int UnfitEnvironment = 3;
    public const int Cancelled = 130;

    /// <summary>Gets the lines that <c>--help</c> shows.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Success, "it worked"),
        (RunFailed, "the run failed, or the app refused it"),
        (WrongUsage, "the command line is wrong"),
        (UnfitEnvironment, "something is missing on this machine; the message says what to install"),
        (Cancelled, "stopped by Ctrl-C; everything it started is stopped too"),
    ];
}
