namespace Celerity.Alerts;

/// <summary>What becomes of an alert by what was measured. Pure.</summary>
internal static class AlertDecision
{
    /// <summary>How long an alert that is over is still shown.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Decides.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="alert">What is known of it; <see langword="null"/> for nothing.</param>
    /// <param name="value">What was measured; <see langword="null"/> where nothing was: then nothing changes.</param>
    /// <param name="now">When.</param>
    /// <param name="newEpisode">Makes the id of a time for which it fires.</param>
    /// <returns>What it is now: <paramref name="alert"/> itself where nothing changes, <see langword="null"/> where nothing is to be known of it any more.</returns>
    public static Alert? Next(AlertRule rule, string subject, Alert? alert, double? value, DateTimeOffset now, Func<string> newEpisode)
    {
        if (value is not { } found)
        {
            return alert;
        }

        return alert?.State switch
        {
            AlertState.Firing => found > rule.ClearAt ? alert : To(alert, AlertState.Resolved),
            AlertState.Pending when found <= rule.Threshold => alert.IsTold ? To(alert, AlertState.Resolved) : null,

            // The clock was set back: it begins anew, for nobody knows for how long it has held.
            AlertState.Pending when alert.Since > now => To(alert, AlertState.Pending),
            AlertState.Pending => now - alert.Since < rule.For ? alert : Fire(alert),
            _ when found > rule.Threshold => Begin(alert ?? new Alert(rule.Name, subject, AlertState.Pending, now, found, rule.Severity)),
            AlertState.Resolved => alert.IsTold || now - alert.Since < KeptFor ? alert : null,
            _ => null,
        };

        Alert To(Alert was, AlertState state) => was with { State = state, Since = now, Value = found };

        Alert Begin(Alert was) => rule.ForMinutes == 0 ? Fire(was) : To(was, AlertState.Pending) with { Severity = rule.Severity };

        // Receivers that were not told of its end take it for the one that they know.
        Alert Fire(Alert was) => To(was, AlertState.Firing) with { Severity = rule.Severity, Episode = was.IsTold ? was.Episode : newEpisode() };
    }
}
