using System.Diagnostics;
using Celerity.KillSwitch;

/// <summary>What <c>DOTNET_STARTUP_HOOKS</c> calls before the app's own <c>Main</c>. The name and the missing namespace are the runtime's rule.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("CELERITY_KILL_SWITCH") is { } folder)
        {
            DiagnosticListener.AllListeners.Subscribe(new CallObserver(new Switchboard(folder)));
        }
    }
}
