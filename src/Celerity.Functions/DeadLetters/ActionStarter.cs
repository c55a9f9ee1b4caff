using Celerity.DeadLetters.Actions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.DeadLetters;

/// <summary>Starts the orchestrations of actions: at once where HTTP asked for them, and each minute those that nobody has started.</summary>
internal sealed class ActionStarter(ActionStore actions, TimeProvider time)
{
    private const int MaxListed = 200;

    // One that does not move may be waiting, or have been asked for by C#, or by somebody who died.
    private static readonly TimeSpan Still = TimeSpan.FromMinutes(2);

    public static async ValueTask StartAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        var instance = $"dead-letters-{id}";
        if (await client.GetInstanceAsync(instance, cancellationToken).ConfigureAwait(false) is null)
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                FunctionNames.DeadLetterAction, id, new StartOrchestrationOptions(instance), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask StartPendingAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var action in await actions.ListAsync(MaxListed, cancellationToken).ConfigureAwait(false))
        {
            var isMany = action is { Letter: null, State: DeadLetterActionState.Accepted };
            if (!action.HasEnded && (isMany || now - action.TouchedAt > Still))
            {
                await StartAsync(client, action.Id, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
