using System.Globalization;
using Celerity.Handover;
using Celerity.Runs;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages;

/// <summary>Names one stage of one generation of a run: <c>{run}.g{generation}.s{stage}</c>, which is also its orchestration instance.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Generation">1 and up.</param>
/// <param name="Stage">1 and up, in the order in which the pipeline starts its stages.</param>
internal sealed record StageKey(string Run, int Generation, int Stage)
{
    public string RootPartition => $"{Run}:{Generation}:{Stage}:root";

    public string ControlPartition => $"{Run}:{Generation}:{Stage}:control";

    public string PagePartition(int page) => string.Create(CultureInfo.InvariantCulture, $"{Run}:{Generation}:{Stage}:{page:D6}");

    /// <summary>Where the control row of a chunk lies that has left its slice.</summary>
    public ControlKey ControlOf(int chunk) => new(StorageNames.LedgerTable, ControlPartition, ChunkEnd.RowKeyOf(chunk));

    /// <summary>The id under which a chunk claims, is retried and lies in the dead letters.</summary>
    public string ChunkId(int chunk) => $"{this}.c{chunk}";

    /// <summary>Takes a chunk's id apart; <see langword="null"/> where it is none.</summary>
    public static (StageKey Stage, int Chunk)? TryParseChunk(string id)
    {
        var parts = id.Split('.');
        return parts is [var run, var generation, var stage, var chunk] && RunKey.IsId(run)
            && NumberOf(generation, 'g') is { } g && NumberOf(stage, 's') is { } s && NumberOf(chunk, 'c') is { } c
                ? (new StageKey(run, g, s), c)
                : null;

        static int? NumberOf(string part, char mark) =>
            part.StartsWith(mark) && int.TryParse(part.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Takes a stage's name apart; <see langword="null"/> where it is none.</summary>
    public static StageKey? TryParse(string id) => TryParseChunk(id + ".c0")?.Stage;

    public string BlobFolder => $"{Run}/g{Generation}/s{Stage}";

    public override string ToString() => $"{Run}.g{Generation}.s{Stage}";
}
