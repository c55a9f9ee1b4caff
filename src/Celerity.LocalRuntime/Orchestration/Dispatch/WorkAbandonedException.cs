namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Code was cut off by its host or not taken by its worker, and did not fail by itself: the work is done again.</summary>
internal sealed class WorkAbandonedException : Exception
{
    public WorkAbandonedException(Exception cause)
        : base(cause.Message, cause)
    {
    }

    public WorkAbandonedException(string reason)
        : base(reason)
    {
    }
}
