using System.Text.Json;

namespace Celerity.Cli.Runs;

/// <summary>A run as the app's status URL shows it, as far as the command reads it.</summary>
internal sealed record RunStatus(string Id, string State, RunProgress Progress, IReadOnlyList<RunFailure> Failures, JsonElement? Result)
{
    public bool IsOver => State is "succeeded" or "succeededWithErrors" or "failed" or "cancelled";

    public bool HasSucceeded => State is "succeeded" or "succeededWithErrors";
}

internal sealed record RunProgress(
    long ChunksDone, long ChunksTotal, long ChunksFailed, long RecordsDone, long RecordsTotal, long RecordsRejected);

internal sealed record RunFailure(string? Code, string Message);
