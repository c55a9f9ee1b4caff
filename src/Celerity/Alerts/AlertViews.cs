namespace Celerity.Alerts;

/// <summary>Shows alerts: one request, and one more where the board is not known.</summary>
internal sealed class AlertViews(AlertStore store, AlertSilences silences, AlertRules rules, TimeProvider time)
{
    /// <summary>Lists all: what fires first, the gravest and the newest in front.</summary>
    public async ValueTask<AlertList> ListAsync(CancellationToken cancellationToken)
    {
        var quiet = await silences.ListAsync(cancellationToken).ConfigureAwait(false);
        var alerts = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        return new AlertList(
            time.GetUtcNow(),
            [.. alerts
                .OrderBy(alert => alert.State switch { AlertState.Firing => 0, AlertState.Pending => 1, _ => 2 })
                .ThenByDescending(alert => alert.Severity)
                .ThenByDescending(alert => alert.Since)
                .Select(alert => Show(alert, quiet))],
            [.. rules.All.Select(AlertRuleView.Of)],
            quiet);
    }

    private AlertView Show(Alert alert, IReadOnlyList<AlertSilence> quiet)
    {
        var rule = rules.Find(alert.Rule);
        return new AlertView(
            alert.Rule,
            alert.Subject,
            alert.State,
            quiet.Any(silence => silence.Covers(alert)),
            alert.Severity,
            alert.Value,
            rule?.Threshold,
            rule?.Unit,
            alert.Since,
            alert.State == AlertState.Resolved ? "It does not hold any more." : rule?.Say(alert.Subject, alert.Value) ?? "");
    }
}
