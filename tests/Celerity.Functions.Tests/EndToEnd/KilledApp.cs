namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What every app that is killed is started with.</summary>
internal static class KilledApp
{
    /// <summary>The file that says by how much its clock is ahead.</summary>
    public static string ClockIn(string folder) => Path.Combine(folder, "clock");

    /// <summary>The file in which it writes each attempt of a task down.</summary>
    public static string AttemptsIn(string folder) => Path.Combine(folder, "attempts");

    /// <summary>The settings of an app that hears of its kills in this folder.</summary>
    public static IReadOnlyDictionary<string, string> SettingsIn(string folder) => new Dictionary<string, string>
    {
        ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Celerity.KillSwitch.dll"),
        ["CELERITY_KILL_SWITCH"] = folder,
        ["FRAGILE_CLOCK_FILE"] = ClockIn(folder),
        ["FRAGILE_ATTEMPTS_FILE"] = AttemptsIn(folder),

        // One message at a time: then the calls come in the same order each time, and the nth of a kind is the same one.
        ["AzureFunctionsJobHost__extensions__queues__batchSize"] = "1",
        ["AzureFunctionsJobHost__extensions__queues__newBatchThreshold"] = "0",

        // A process lives for seconds: code that is compiled a second time, and better, costs more than it gives.
        ["DOTNET_TC_CallCounting"] = "0",

        // Its calls come at their own time; where it is wanted it is asked for.
        ["AzureWebJobs_CelerityMaintain_Disabled"] = "true",
        ["AzureWebJobs_CeleritySchedule_Disabled"] = "true",
        ["AzureWebJobs_CelerityMeasure_Disabled"] = "true",
    };
}
