namespace Celerity.Alerts;

/// <summary>One rule. An alert of it is about one subject: a task, a queue, a circuit, a run, a worker or a schedule.</summary>
/// <param name="Name">Its name: what Prometheus calls it, without <c>Celerity</c> in front.</param>
/// <param name="Kind">What it looks at.</param>
/// <param name="Threshold">Above which value it holds.</param>
/// <param name="ForMinutes">How long it must hold before it is told.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Unit">The unit of values: <c>share</c>, <c>letters</c>, <c>messages</c>, <c>s</c> or <c>flag</c>.</param>
/// <param name="Text">What it means, and what to do.</param>
internal sealed record AlertRule(string Name, AlertKind Kind, double Threshold, int ForMinutes, AlertSeverity Severity, string Unit, string Text)
{
    // Where nothing else is set: below the threshold by enough not to come again at once.
    private const double ClearShare = 0.8;

    /// <summary>Gets at which value, or below, it is over; <see langword="null"/> for four fifths of the threshold.</summary>
    public double? ClearBelow { get; init; }

    /// <summary>Gets whether it is evaluated. One that is not ends its alerts.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Gets the largest threshold; 0 where it holds or does not.</summary>
    public required double LargestThreshold { get; init; }

    /// <summary>Gets what words an alert, given its subject and value.</summary>
    public required Func<string, double, string> Say { get; init; }

    /// <summary>Gets at which value, or below, it is over.</summary>
    public double ClearAt => ClearBelow ?? Threshold * ClearShare;

    public TimeSpan For => TimeSpan.FromMinutes(ForMinutes);
}
