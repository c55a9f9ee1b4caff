using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Tells which versions of orchestrations a worker runs.</summary>
internal static class VersionMatch
{
    /// <summary>Returns the failure of an orchestration whose version does not match, or <see langword="null"/> when it is run.</summary>
    /// <exception cref="WorkAbandonedException">It is left to another worker.</exception>
    public static TaskFailureDetails? RefusalOf(string version, DurableTaskWorkerOptions.VersioningOptions? versioning)
    {
        if (versioning is null)
        {
            return null;
        }

        var order = TaskOrchestrationVersioningUtils.CompareVersions(version, versioning.Version);
        var failure = versioning.MatchStrategy switch
        {
            DurableTaskWorkerOptions.VersionMatchStrategy.None => null,
            DurableTaskWorkerOptions.VersionMatchStrategy.Strict => order == 0
                ? null
                : Failure("VersionMismatch", $"The orchestration version '{version}' does not match the worker version '{versioning.Version}'."),
            DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder => order <= 0
                ? null
                : Failure("VersionMismatch", $"The orchestration version '{version}' is greater than the worker version '{versioning.Version}'."),
            var unknown => Failure("VersionError", $"The version match strategy '{unknown}' is unknown."),
        };
        return failure is not null && versioning.FailureStrategy == DurableTaskWorkerOptions.VersionFailureStrategy.Reject
            ? throw new WorkAbandonedException(failure.ErrorMessage)
            : failure;
    }

    private static TaskFailureDetails Failure(string type, string message) => new(type, message, null, null, null);
}
