using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>Ends a process whose start failed with one line on stderr and exit code 1, instead of a crash dump.</summary>
internal static class StartFailure
{
    private static int _isArmed;

    public static void ExitWithOneLine()
    {
        // The app's own Main lets the exception out of Run(); this is the last place that sees it.
        if (AppStart.Current is null && Interlocked.Exchange(ref _isArmed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
            {
                if (LineFor(failure.ExceptionObject as Exception) is { } line)
                {
                    Console.Error.WriteLine(line);
                    Environment.Exit(1);
                }
            };
        }
    }

    /// <summary>Returns what to say of a start that failed on its settings; <see langword="null"/> for any other exception.</summary>
    public static string? LineFor(Exception? exception) => exception switch
    {
        LocalStartException or OptionsValidationException => $"The app cannot start: {exception.Message.ReplaceLineEndings(" ")}",
        AggregateException { InnerExceptions: [var only] } => LineFor(only),
        _ => null,
    };
}
