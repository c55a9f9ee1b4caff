namespace Celerity.Cli.Runs;

/// <summary>The app refused a request, or stopped answering; the message is one line for people.</summary>
internal sealed class RunRefusedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets a value indicating whether the same request may well succeed a little later.</summary>
    public bool IsTransient { get; init; }
}
