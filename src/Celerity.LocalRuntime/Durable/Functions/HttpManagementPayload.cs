using Newtonsoft.Json;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The addresses by which a caller watches and steers an instance over HTTP.</summary>
public class HttpManagementPayload
{
    [JsonProperty("id")]
    public string? Id { get; internal init; }

    [JsonProperty("statusQueryGetUri")]
    public string? StatusQueryGetUri { get; internal init; }

    [JsonProperty("sendEventPostUri")]
    public string? SendEventPostUri { get; internal init; }

    [JsonProperty("terminatePostUri")]
    public string? TerminatePostUri { get; internal init; }

    [JsonProperty("rewindPostUri")]
    public string? RewindPostUri { get; internal init; }

    [JsonProperty("purgeHistoryDeleteUri")]
    public string? PurgeHistoryDeleteUri { get; internal init; }

    [JsonProperty("restartPostUri")]
    public string? RestartPostUri { get; internal init; }

    [JsonProperty("suspendPostUri")]
    public string? SuspendPostUri { get; internal init; }

    [JsonProperty("resumePostUri")]
    public string? ResumePostUri { get; internal init; }
}
