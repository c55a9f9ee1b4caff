namespace Celerity.TestKit.Hosting;

/// <summary>The test host cannot do what it was asked for. The message says why, and contains the transcript so far.</summary>
public sealed class TestHostException : Exception
{
    internal TestHostException(string problem, Transcript transcript, Exception? innerException = null)
        : base($"{problem}{Environment.NewLine}What happened:{Environment.NewLine}{transcript}", innerException)
    {
        Problem = problem;
    }

    /// <summary>Gets what is wrong, without the transcript.</summary>
    public string Problem { get; }
}
