using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>Reads which existing instances a start must leave alone.</summary>
internal static class DedupeStatuses
{
    private static readonly OrchestrationRuntimeStatus[] NotEnded =
        [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Returns the statuses, or <see langword="null"/> where the options leave it to the host.</summary>
    public static IReadOnlyCollection<OrchestrationRuntimeStatus>? Of(StartOrchestrationOptions? options)
    {
        if (options?.DedupeStatuses is not { } names)
        {
            return null;
        }

        OrchestrationRuntimeStatus[] statuses = [.. names.Select(Parse)];
        if (statuses.Contains(OrchestrationRuntimeStatus.Terminated) && NotEnded.Except(statuses).ToArray() is { Length: > 0 } replaceable)
        {
            throw new ArgumentException(
                $"The dedupe statuses have {OrchestrationRuntimeStatus.Terminated} and lack {string.Join(", ", replaceable)}: a running instance is "
                + "terminated before it is replaced, and could then not be.",
                nameof(options));
        }

        return statuses;
    }

    private static OrchestrationRuntimeStatus Parse(string name) => Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
        ? status
        : throw new ArgumentException($"'{name}' is not an orchestration status.", nameof(name));
}
