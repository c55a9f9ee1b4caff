using Celerity.Tasks.Sending;
using Microsoft.Extensions.Logging;

namespace Celerity.Alerts;

/// <summary>Evaluates the rules, every minute on one instance. Two at once do no harm: each change is one write by ETag, each message has one id.</summary>
internal sealed partial class AlertRound(
    AlertRules rules, IEnumerable<IAlertReadings> sources, AlertStore store, AlertSilences silences, AlertSends sends, TimeProvider time, ILogger<AlertRound> logger)
{
    /// <summary>How many alerts of one rule are known at once: beyond them something larger is wrong, and more would only cost.</summary>
    public const int MostOfARule = 100;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var known = (await store.ListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(alert => alert.Rule, StringComparer.OrdinalIgnoreCase);
        var quiet = await silences.ListAsync(cancellationToken).ConfigureAwait(false);
        var readings = await ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var rule in rules.All)
        {
            var alerts = known[rule.Name].ToList();
            var measured = rule.IsEnabled ? readings.Find(rule.Kind) : new Dictionary<string, double>();
            foreach (var alert in alerts)
            {
                await JudgeAsync(rule, alert.Subject, alert, measured?.GetValueOrDefault(alert.Subject), quiet, cancellationToken).ConfigureAwait(false);
            }

            var isKnown = alerts.Select(alert => alert.Subject).ToHashSet(StringComparer.Ordinal);
            var fresh = (measured ?? new Dictionary<string, double>()).Where(reading => reading.Value > rule.Threshold && !isKnown.Contains(reading.Key));
            var room = MostOfARule - alerts.Count(alert => alert.State != AlertState.Resolved);
            foreach (var (subject, value) in fresh.OrderByDescending(reading => reading.Value).Take(room))
            {
                await JudgeAsync(rule, subject, null, value, quiet, cancellationToken).ConfigureAwait(false);
            }

            var over = alerts.Where(alert => alert is { State: AlertState.Resolved, IsTold: false });
            foreach (var alert in over.OrderByDescending(alert => alert.Since).Skip(MostOfARule))
            {
                await store.TryDeleteAsync(alert, cancellationToken).ConfigureAwait(false);
            }
        }

        await silences.DropEndedAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask JudgeAsync(
        AlertRule rule, string subject, Alert? known, double? value, IReadOnlyList<AlertSilence> quiet, CancellationToken cancellationToken)
    {
        // What an evaluator left when it died, or a silence kept back, comes before what is new.
        var alert = known is null ? null : await TellAsync(known, quiet, cancellationToken).ConfigureAwait(false);
        if (known is not null && alert is null)
        {
            return;
        }

        var now = time.GetUtcNow();
        var next = AlertDecision.Next(rule, subject, alert, value, now, () => TaskIds.New(now).ToString());
        if (ReferenceEquals(next, alert))
        {
            return;
        }

        if (next is null)
        {
            await store.TryDeleteAsync(alert!, cancellationToken).ConfigureAwait(false);
        }
        else if (await store.TryWriteAsync(next, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            if (stored.State != AlertState.Pending)
            {
                LogChanged(logger, stored.Rule, stored.Subject, stored.State, stored.Value);
            }

            await TellAsync(stored, quiet, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask<Alert?> TellAsync(Alert alert, IReadOnlyList<AlertSilence> quiet, CancellationToken cancellationToken) =>
        quiet.Any(silence => silence.Covers(alert)) ? ValueTask.FromResult<Alert?>(alert) : sends.TellAsync(alert, cancellationToken);

    private async ValueTask<AlertReadings> ReadAsync(CancellationToken cancellationToken)
    {
        var readings = new AlertReadings();
        foreach (var source in sources)
        {
            try
            {
                await source.ReadAsync(readings, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The loop's edge: what cannot be read counts as not measured, and must not keep the other rules from being evaluated.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogUnread(logger, source.GetType().Name, exception);
            }
        }

        return readings;
    }

    [LoggerMessage(2760, LogLevel.Warning, "The alert {Rule} of {Subject} is {State} at {Value}")]
    private static partial void LogChanged(ILogger logger, string rule, string subject, AlertState state, double value);

    [LoggerMessage(2761, LogLevel.Warning, "{Source} could not be read; the alert rules that need it rest until it can")]
    private static partial void LogUnread(ILogger logger, string source, Exception exception);
}
