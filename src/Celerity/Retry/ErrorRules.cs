using System.Reflection;

namespace Celerity.Retry;

/// <summary>What a task's own rules say of its failures.</summary>
/// <param name="Rules">By exception type: the nearest counts, of equally near ones the first.</param>
/// <param name="Classifier">The task's own function, which goes first; or <see langword="null"/>.</param>
internal sealed record ErrorRules(IReadOnlyList<ErrorRule> Rules, Func<Exception, ErrorCategory?>? Classifier)
{
    public static ErrorRules None { get; } = new([], null);

    /// <summary>Judges a failure: by the task's function, its rules, the libraries' rules, and what is known of .NET's own exceptions.</summary>
    public Failure For(Exception exception, IEnumerable<IFailureRule> libraries)
    {
        var cause = CauseOf(exception);
        var known = libraries.Select(rule => rule.For(cause)).FirstOrDefault(found => found is not null) ?? FailureClassifier.For(cause);
        var category = Classifier?.Invoke(cause)
            ?? Rules.Where(rule => rule.Exception.IsInstanceOfType(cause)).MinBy(rule => Distance(cause.GetType(), rule.Exception))?.Category;

        // A rule that says retry does not unsay how long to wait.
        return category is null || (category == ErrorCategory.Transient && known.Category == ErrorCategory.Throttled)
            ? known
            : known with { Category = category.Value };
    }

    private static Exception CauseOf(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => CauseOf(only),
        TargetInvocationException { InnerException: { } inner } => CauseOf(inner),
        _ => exception,
    };

    private static int Distance(Type type, Type ancestor)
    {
        var steps = 0;
        for (var at = type; at != ancestor; at = at.BaseType!)
        {
            steps++;
        }

        return steps;
    }
}
