namespace Celerity.DeadLetters;

/// <summary>A rule of the app's.</summary>
/// <param name="Task">A task's or stage's name, a beginning such as <c>invoices.*</c>, or <c>*</c>.</param>
/// <param name="Category">The kind of failure, or <see langword="null"/> for any.</param>
/// <param name="Severity">What it means.</param>
internal sealed record SeverityRule(string Task, ErrorCategory? Category, Severity Severity)
{
    public bool Fits(string? subject, ErrorCategory category) => (Category is null || Category == category) && NamePattern.Fits(Task, subject);
}
