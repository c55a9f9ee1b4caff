namespace Celerity.LocalRuntime.Invocation;

/// <summary>An invocation took longer than host.json's <c>functionTimeout</c>.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan timeout)
    : TimeoutException($"Timeout value of {timeout} exceeded by function: {function}");
