namespace Celerity;

/// <summary>Says what an exception type means for a task. The rule for the nearest type counts: one for a derived type before one for its base.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public abstract class ErrorRuleAttribute : Attribute
{
    private protected ErrorRuleAttribute(Type exception, ErrorCategory category) => Rule = new ErrorRule(exception, category);

    internal ErrorRule Rule { get; }
}

/// <summary>On a task type: this exception passes, so the task is retried, whatever its kind says otherwise.</summary>
/// <typeparam name="TException">The exception; those derived from it as well.</typeparam>
public sealed class RetryOnAttribute<TException>() : ErrorRuleAttribute(typeof(TException), ErrorCategory.Transient)
    where TException : Exception;

/// <summary>On a task type: this exception will not pass, so the task is a dead letter at once.</summary>
/// <typeparam name="TException">The exception; those derived from it as well.</typeparam>
public sealed class FailOnAttribute<TException>() : ErrorRuleAttribute(typeof(TException), ErrorCategory.Permanent)
    where TException : Exception;
