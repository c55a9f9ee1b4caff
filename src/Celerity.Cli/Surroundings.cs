namespace Celerity.Cli;

/// <summary>What a command has around it: a terminal, or none; the clock; the way to an app. Tests put others in their place.</summary>
internal sealed record Surroundings
{
    /// <summary>The width of lines in a file or a pipe: there is no edge.</summary>
    private const int NoEdge = 400;

    /// <summary>Gets what answers instead of the network.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Gets what reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TextReader Input { get; init; } = Console.In;

    /// <summary>Gets whether somebody sees a question and can answer it.</summary>
    public bool CanAsk { get; init; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public bool IsOutputTerminal { get; init; } = !Console.IsOutputRedirected;

    public bool IsErrorTerminal { get; init; } = !Console.IsErrorRedirected;

    /// <summary>Gets how many characters fit a line of the output.</summary>
    public int Width { get; init; } = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? NoEdge : Console.WindowWidth;

    /// <summary>Gets what opens the output for bytes.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Asks for a yes. What reads the keyboard heeds no token, so that it is left behind when the question is cancelled.</summary>
    /// <exception cref="OperationCanceledException">Nobody answered before it was cancelled.</exception>
    public async Task<bool> AskAsync(string question, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteAsync($"{question} [y/N] ");
        await error.FlushAsync(cancellationToken);
        return await Task.Run(Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } answer
            && answer.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
