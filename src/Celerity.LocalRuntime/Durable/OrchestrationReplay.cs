using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Replays a recorded history against orchestrator code, to show that a change of the code does not break instances that run.</summary>
public static class OrchestrationReplay
{
    /// <summary>Runs an orchestrator through a history without any effect.</summary>
    /// <param name="history">The history as <see cref="LocalOrchestrations.ExportHistory"/> wrote it.</param>
    /// <param name="orchestrator">The orchestrator; it gets its input by <see cref="TaskOrchestrationContext.GetInput{T}"/>.</param>
    /// <param name="converter">How payloads are read; <see langword="null"/> is System.Text.Json with the defaults of Durable Task.</param>
    /// <returns>What the orchestrator returned, or <see langword="null"/> if it still waits at the history's end. It throws what the orchestrator threw.</returns>
    /// <exception cref="InvalidOperationException">The code asks for something else than the history has; the text says for what.</exception>
    public static async Task<object?> RunAsync(
        string history, Func<TaskOrchestrationContext, Task<object?>> orchestrator, DataConverter? converter = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(orchestrator);
        var recorded = HistoryJson.Read<RecordedHistory>(history);
        var episode = new Episode(recorded.InstanceId, recorded.Events, [], converter ?? JsonDataConverter.Default, NullLoggerFactory.Instance);
        try
        {
            return await episode.RunAsync(() => orchestrator(episode.Context)).ConfigureAwait(false);
        }
        catch (NonDeterministicOrchestrationException exception)
        {
            throw new InvalidOperationException(exception.Message, exception);
        }
    }
}

/// <summary>A history in a file.</summary>
internal sealed record RecordedHistory(string InstanceId, IReadOnlyList<HistoryEvent> Events);
