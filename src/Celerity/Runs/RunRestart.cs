using Celerity.Stages;
using Celerity.Stages.Ledger;

namespace Celerity.Runs;

/// <summary>What a generation of a run does again. All else it takes over from the one before.</summary>
/// <param name="Kind">What.</param>
/// <param name="Stage">The stage's number, where it is about one.</param>
/// <param name="Chunk">The chunk's number, where it is about one.</param>
internal sealed record RunRestart(RestartKind Kind, int Stage = 0, int Chunk = 0)
{
    public static RunRestart Failed { get; } = new(RestartKind.Failed);

    /// <summary>Tells whether a stage is begun anew, whatever it came to.</summary>
    public bool BeginsAnew(int stage) => Kind == RestartKind.Stage && stage >= Stage;

    /// <summary>Tells whether a chunk that has ended is run again. One that ended well never is: its partial result may be that of its whole slice.</summary>
    public bool Repeats(int stage, ChunkEnd end) => end.IsDead && Kind switch
    {
        RestartKind.Failed => true,
        RestartKind.Chunk => stage == Stage && end.Chunk == Chunk,
        _ => false,
    };

    /// <summary>Tells whether a page of which all has ended may hold a chunk that is run again.</summary>
    public bool MayRepeat(int stage, StageLayout layout, int page, LedgerCount count) => count.Dead > 0 && Kind switch
    {
        RestartKind.Failed => true,
        RestartKind.Chunk => stage == Stage && page == layout.PageOf(Chunk),
        _ => false,
    };
}
