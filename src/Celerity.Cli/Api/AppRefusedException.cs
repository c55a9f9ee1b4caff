namespace Celerity.Cli.Api;

/// <summary>The app refused a request, or does not answer; the message is one line for people.</summary>
internal sealed class AppRefusedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the app's code, such as <c>CEL0291</c>, where it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>Gets whether there was no answer, so that the request may have been heeded.</summary>
    public bool IsUnanswered { get; init; }
}
