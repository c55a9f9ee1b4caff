using Celerity.Secrets;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Logs;

/// <summary>Decides whose lines are kept.</summary>
internal sealed class AttemptLogs(WorkerOptions options, SecretPayloads secrets, TimeProvider time)
{
    /// <summary>Begins the log of one attempt; <see langword="null"/> where none is kept.</summary>
    public AttemptLog? Begin(TaskPass pass) =>
        FindRefusal(pass.Envelope.Task) is null ? new AttemptLog(pass.Row.Attempt, options.TaskLogLevel, time) : null;

    /// <summary>Tells why no lines are kept of a task; <see langword="null"/> where they are.</summary>
    public string? FindRefusal(string task) =>
        options.TaskLogLevel == LogLevel.None ? "Celerity:Worker:TaskLogLevel is None: no lines are kept."

        // A line may quote the payload in any form, so no mask would be sure to find it.
        : secrets.HasAnySecrets(task) ? "The task has secrets: what it logs is in the app's own logs alone."
        : null;
}
