namespace Celerity.LocalRuntime.Hosting;

/// <summary>Ends a process whose start failed with one line on stderr and exit code 1, instead of a crash dump.</summary>
internal static class StartFailure
{
    private static int _isArmed;

    public static void ExitWithOneLine()
    {
        // The app's own Main lets the exception out of Run(); this is the last place that sees it.
        if (Interlocked.Exchange(ref _isArmed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
            {
                if (failure.ExceptionObject is LocalStartException exception)
                {
                    Console.Error.WriteLine($"The app cannot start: {exception.Message}");
                    Environment.Exit(1);
                }
            };
        }
    }
}
