using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests;

/// <summary>Runs command lines against a scripted app, with 80 columns and without a terminal unless a test says otherwise.</summary>
internal sealed class CommandBench : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public Surroundings Around { get; set; } = new()
    {
        // Not UTC, so that a time of this machine is another than the app's.
        Time = new EagerTimeProvider { Now = Now, Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test") },
        Variable = _ => null,
        Input = TextReader.Null,
        CanAsk = false,
        IsOutputTerminal = false,
        IsErrorTerminal = false,
        Width = 80,
        OpenOutput = () => throw new InvalidOperationException("Nothing should be written as bytes."),
    };

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Gets a token that is the test's unless it gives another.</summary>
    public CancellationToken Token { get; set; } = TestContext.Current.CancellationToken;

    public Task<int> RunAsync(HttpMessageHandler app, string line) => RunAsync(app, line.Split(' '));

    public Task<int> RunAsync(HttpMessageHandler? app, params string[] arguments) =>
        CelerityCommand.RunAsync(arguments, _output, _error, Token, Around with { Handler = app });

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }
}
