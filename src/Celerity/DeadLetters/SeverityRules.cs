namespace Celerity.DeadLetters;

/// <summary>Tells how much a dead letter matters: the first rule of the app that fits, otherwise by the kind of failure.</summary>
internal sealed class SeverityRules
{
    private readonly List<SeverityRule> _rules = [];

    public void Add(SeverityRule rule) => _rules.Add(rule);

    public Severity Of(string? subject, ErrorCategory category) => _rules.Find(rule => rule.Fits(subject, category))?.Severity ?? category switch
    {
        ErrorCategory.Crashed or ErrorCategory.Lost => Severity.Critical,
        ErrorCategory.Permanent or ErrorCategory.TimedOut => Severity.High,
        _ => Severity.Medium,
    };
}
