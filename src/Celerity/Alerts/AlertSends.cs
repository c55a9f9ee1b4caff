using System.Text.Json;
using Celerity.Groups;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Alerts;

/// <summary>Tells receivers what an alert has come to, by tasks whose ids follow from it: told again, by whomever, it is the same.</summary>
internal sealed class AlertSends(AlertReceivers receivers, AlertRules rules, AlertStore store, TaskRegistry registry, TaskQueues queues, FollowUps followUps)
{
    private static readonly EnqueueOptions NoOptions = new();

    /// <summary>Tells what is owed, and notes it. Without receivers it stays owed: one that is set up later hears of what still fires.</summary>
    /// <returns>The alert as it is stored; <see langword="null"/> where another evaluator has changed it meanwhile.</returns>
    public async ValueTask<Alert?> TellAsync(Alert alert, CancellationToken cancellationToken)
    {
        if (!alert.IsOwed || receivers.IsEmpty)
        {
            return alert;
        }

        var queue = queues.Choose(registry.Get(AlertMessage.TaskName).Settings, NoOptions);
        foreach (var receiver in receivers.Wanting(alert.Severity))
        {
            var id = DerivedId.Of(alert.Episode, $"alert\n{receiver.Name}\n{alert.State == AlertState.Firing}");
            var terms = new TaskEnvelope { Id = id, Task = AlertMessage.TaskName, CorrelationId = alert.Episode };
            var payload = JsonSerializer.SerializeToElement(new { Receiver = receiver.Name }, CelerityJson.Options);
            await followUps.SendAsync(
                new TaskLink(terms.Task, payload, queue), terms, "message", AlertBody.Of(alert, rules.Find(alert.Rule), receiver.Kind), cancellationToken).ConfigureAwait(false);
        }

        return await store.TryWriteAsync(alert with { IsTold = alert.State == AlertState.Firing }, cancellationToken).ConfigureAwait(false);
    }
}
