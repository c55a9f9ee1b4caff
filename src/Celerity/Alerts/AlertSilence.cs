namespace Celerity.Alerts;

/// <summary>Keeps alerts from being told for a while.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rule">The rule; <see langword="null"/> for all.</param>
/// <param name="Subject">The subject; <see langword="null"/> for all.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Who">Who asked for it.</param>
/// <param name="Why">And why.</param>
internal sealed record AlertSilence(string Id, string? Rule, string? Subject, DateTimeOffset Until, string Who, string Why)
{
    public bool Covers(Alert alert) => (Rule is null || string.Equals(Rule, alert.Rule, StringComparison.OrdinalIgnoreCase))
        && (Subject is null || string.Equals(Subject, alert.Subject, StringComparison.OrdinalIgnoreCase));
}
