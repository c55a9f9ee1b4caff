using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>The host's words for a name that it does not know.</summary>
internal static class UnknownFunction
{
    public static TaskFailureDetails Failure(string name, string kind) =>
        new(typeof(InvalidOperationException).FullName!, Message(name, kind), null, null, null);

    public static string Message(string name, string kind) =>
        $"The function '{name}' doesn't exist, is disabled, or is not an {kind} function. "
        + "Additional info: check that the name matches its [Function] attribute and that the function is part of this app.";
}
