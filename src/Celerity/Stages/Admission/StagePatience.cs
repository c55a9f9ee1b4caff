using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Stages.Admission;

/// <summary>Tells from when on a stage's messages may be missed: not while they are held, nor while they wait for their turn.</summary>
internal sealed class StagePatience(TaskRegistry registry, ControlBoard board, StageDeferrals deferrals, TimeProvider time)
{
    /// <summary>Reads since when nothing has kept the stage's messages from running. Later than now where messages wait until then.</summary>
    public async ValueTask<DateTimeOffset> FindSinceAsync(StageKey key, string stage, CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        var pause = controls.Find(ControlKind.PauseQueue, StorageNames.ChunksQueue)?.Read<PauseNote>();
        var suspension = controls.Find(ControlKind.SuspendRun, ControlEntry.GenerationOf(key.Run, key.Generation))?.Read<PauseNote>();
        DateTimeOffset?[] instants =
        [
            SinceOf(pause),
            SinceOf(suspension),
            registry.Stages.Of(stage).Circuit is { } circuit ? SinceOf(controls.CircuitOf(circuit)) : null,
            await deferrals.FindMarkAsync(key, cancellationToken).ConfigureAwait(false),
        ];
        return instants.Max() ?? DateTimeOffset.MinValue;
    }

    private DateTimeOffset? SinceOf(PauseNote? pause) => pause is { IsPaused: true } ? time.GetUtcNow() : pause?.At;

    // Half-open counts: it lasts until probes have run, and where the messages are lost there are none until they are sent again.
    private DateTimeOffset SinceOf(CircuitNote note) =>
        note.StateAt(time.GetUtcNow()) == CircuitState.Open ? time.GetUtcNow() : note.At > note.Until ? note.At : note.Until;
}
