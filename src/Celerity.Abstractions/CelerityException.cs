namespace Celerity;

/// <summary>A fault that Celerity reports by a code of <c>docs/errors.md</c>.</summary>
public class CelerityException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">The code, such as <c>CEL0203</c>.</param>
    /// <param name="message">One sentence: what was found, the limit, what to do.</param>
    /// <param name="innerException">What caused it, or <see langword="null"/>.</param>
    public CelerityException(string code, string message, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        Detail = message;
    }

    /// <summary>Gets the code.</summary>
    public string Code { get; }

    /// <summary>Gets the message without its code.</summary>
    public string Detail { get; }
}
