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
        (RunFailed, "the run failed; or the app refused, did not answer, or stopped a replay"),
        (WrongUsage, "the command line is wrong, or nobody is there to be asked"),
        (UnfitEnvironment, "something is missing on this machine; the message says what to install"),
        (Cancelled, "stopped by Ctrl-C; what it started on this machine is stopped too, what an app was asked for goes on"),
    ];
}
