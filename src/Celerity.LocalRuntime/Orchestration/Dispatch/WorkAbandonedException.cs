namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Code was cut off by its host, and did not fail by itself: the work is done again.</summary>
internal sealed class WorkAbandonedException(Exception cause) : Exception(cause.Message, cause);
