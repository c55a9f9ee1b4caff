using Celerity.Controls;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Logging;

namespace Celerity.Circuits;

/// <summary>Changes circuits on the board. What opens, closes or forces one is in the audit; what closes one asks for what is held to be moved back.</summary>
internal sealed partial class CircuitStore(
    ControlStore store, ControlBoard board, AuditLog audit, TaskQueues queues, TimeProvider time, ILogger<CircuitStore> logger)
{
    /// <summary>Changes a circuit by what its note says now, in a read and a transaction.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="change">The change; called again where another was faster.</param>
    /// <param name="cancellationToken">Stops the wait. It may be changed all the same.</param>
    /// <returns>Whether it was changed.</returns>
    public async ValueTask<bool> ChangeAsync(string name, Func<CircuitNote, CircuitNote?> change, CancellationToken cancellationToken)
    {
        CircuitNote? became = null;
        string? action = null;
        var isChanged = await store.ChangeAsync(
            ControlKind.Circuit,
            ControlEntry.TargetOf(name),
            entry =>
            {
                var was = entry?.Read<CircuitNote>() ?? CircuitNote.Never;
                became = change(was);
                if (became is null)
                {
                    return null;
                }

                action = ActionOf(was, became);
                var now = time.GetUtcNow();
                var isLetGo = was.StateAt(now) != CircuitState.Closed && became.StateAt(now) == CircuitState.Closed;
                return new ControlChange(CelerityJson.Write(became))
                {
                    Refills = isLetGo ? [.. queues.Held] : [],
                    Audit = action is null ? null : audit.NewRow(action, name, new ActionNote(became.Who, became.Why), DetailsOf(became)),
                };
            },
            cancellationToken).ConfigureAwait(false);
        if (isChanged && action is not null)
        {
            LogChanged(logger, name, became!.StateAt(time.GetUtcNow()), action, became.Who, became.Why);
        }

        // Also where another was faster: what is known here is old.
        await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    private static string? ActionOf(CircuitNote was, CircuitNote becomes) =>
        becomes.Force is { } forced ? forced == CircuitState.Open ? "circuit.force-open" : "circuit.force-close"
        : was.Force is not null ? "circuit.automatic"
        : becomes.Opening != was.Opening ? "circuit.open"
        : becomes.IsOpen != was.IsOpen ? "circuit.close"
        : null;

    private static string? DetailsOf(CircuitNote note) => note.IsOpen ? CelerityJson.Write(new { note.Until, Opening = note.InARow }) : null;

    [LoggerMessage(2421, LogLevel.Warning, "Circuit {Circuit} is {State} ({Action} by {Who}): {Why}")]
    private static partial void LogChanged(ILogger logger, string circuit, CircuitState state, string action, string who, string why);
}
