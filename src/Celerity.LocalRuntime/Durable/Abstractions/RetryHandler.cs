namespace Microsoft.DurableTask;

/// <summary>Decides whether a failed task is tried again at once.</summary>
public delegate bool RetryHandler(RetryContext retryContext);
