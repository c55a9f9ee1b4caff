namespace Celerity.LocalRuntime.Hosting;

/// <summary>The app cannot start, for a reason that its author can mend. The message is all that is shown.</summary>
internal sealed class LocalStartException : Exception
{
    public LocalStartException(string message)
        : base(message)
    {
    }

    public LocalStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
