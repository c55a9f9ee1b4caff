namespace DurableTask.Core;

/// <summary>An exception as history keeps it.</summary>
public class FailureDetails(
    string errorType,
    string errorMessage,
    string? stackTrace,
    FailureDetails? innerFailure,
    bool isNonRetriable,
    IDictionary<string, object?>? properties = null)
{
    public string ErrorType { get; } = errorType;

    public string ErrorMessage { get; } = errorMessage;

    public string? StackTrace { get; } = stackTrace;

    public FailureDetails? InnerFailure { get; } = innerFailure;

    public bool IsNonRetriable { get; } = isNonRetriable;

    public IDictionary<string, object?>? Properties { get; } = properties;

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
