using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages.Slices;

namespace Celerity.Stages;

/// <summary>Tells whether a stage's orchestration may take its next step: not while its run is suspended, and never once it is closed.</summary>
internal sealed class StepGate(RunGate runs, ControlBoard board, SmallRuns small)
{
    public async ValueTask<StepTurn> AskAsync(StageKey key, CancellationToken cancellationToken)
    {
        small.Step(key.Run);
        if (!await runs.IsOpenAsync(key.Run, key.Generation, cancellationToken).ConfigureAwait(false))
        {
            return StepTurn.Closed;
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return controls.FindSuspension(key.Run, key.Generation) is null ? StepTurn.Go : StepTurn.Held;
    }
}

/// <summary>Whether a step may be taken.</summary>
internal enum StepTurn
{
    Go,

    /// <summary>The run is suspended: ask again later.</summary>
    Held,

    /// <summary>The run was cancelled or has ended.</summary>
    Closed,
}
