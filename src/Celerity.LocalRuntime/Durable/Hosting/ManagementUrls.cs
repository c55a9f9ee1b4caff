using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The addresses of the management API.</summary>
internal static class ManagementUrls
{
    public const string BasePath = "/runtime/webhooks/durabletask";

    /// <summary>The name of the system key that opens the API.</summary>
    public const string KeyName = "durabletask_extension";

    /// <summary>The addresses as the worker writes them: doubled braces around the reason, nothing for rewind and restart.</summary>
    public static HttpManagementPayload ForWorker(string baseUrl, string hubName, string instanceId, string? key = null)
    {
        var (instance, query) = Parts(baseUrl, hubName, instanceId, key);
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = $"{instance}?{query}",
            SendEventPostUri = $"{instance}/raiseEvent/{{eventName}}?{query}",
            TerminatePostUri = $"{instance}/terminate?reason={{{{text}}}}&{query}",
            PurgeHistoryDeleteUri = $"{instance}?{query}",
            SuspendPostUri = $"{instance}/suspend?reason={{{{text}}}}&{query}",
            ResumePostUri = $"{instance}/resume?reason={{{{text}}}}&{query}",
        };
    }

    /// <summary>The addresses as the host's own API writes them.</summary>
    public static Dictionary<string, string> ForHost(string baseUrl, string hubName, string instanceId, string? key = null)
    {
        var (instance, query) = Parts(baseUrl, hubName, instanceId, key);
        return new Dictionary<string, string>
        {
            ["id"] = instanceId,
            ["statusQueryGetUri"] = $"{instance}?{query}",
            ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{query}",
            ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{query}",
            ["purgeHistoryDeleteUri"] = $"{instance}?{query}",
            ["restartPostUri"] = $"{instance}/restart?{query}",
            ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{query}",
            ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{query}",
        };
    }

    private static (string Instance, string Query) Parts(string baseUrl, string hubName, string instanceId, string? key) =>
        ($"{baseUrl.TrimEnd('/')}{BasePath}/instances/{Uri.EscapeDataString(instanceId)}", $"taskHub={Uri.EscapeDataString(hubName)}&connection=Storage{(key is null ? "" : $"&code={Uri.EscapeDataString(key)}")}");
}
