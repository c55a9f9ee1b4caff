using Celerity.Cli.Environments;

namespace Celerity.Cli.Tests.Environments;

internal static class StandIns
{
    /// <summary>Settings whose workers are stand-ins for the function app.</summary>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="mode">How the stand-ins behave; see worker.js.</param>
    /// <param name="workers">How many.</param>
    public static DemoSettings Settings(string folder, string mode = "", int workers = 1) => new()
    {
        Folder = folder,
        Workers = workers,
        WorkerCommand = ["node", Path.Combine(AppContext.BaseDirectory, "Environments", "worker.js")],
        WorkerSettings = new Dictionary<string, string> { ["STUB_MODE"] = mode },
        ReadyLimit = TimeSpan.FromSeconds(mode == "starts forever" ? 1 : 60),
    };
}
