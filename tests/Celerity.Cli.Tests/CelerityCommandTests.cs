using System.CommandLine;
using Xunit;

namespace Celerity.Cli.Tests;

public sealed class CelerityCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task RunAsync_WithoutACommandOrForHelp_Teaches(params string[] arguments)
    {
        var code = await RunAsync(arguments);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Empty(_error.ToString());
        var help = _output.ToString();
        Assert.Matches("demo +Run the flight-delay pipeline", help);
        Assert.Contains("celerity demo --records 100000", help);
        Assert.All(ExitCodes.All, exitCode => Assert.Contains($"  {exitCode.Code,-3}  {exitCode.Meaning}", help));
    }

    [Fact]
    public async Task RunAsync_DemoHelp_ShowsEveryOptionWithItsDefault()
    {
        await RunAsync("demo", "--help");

        var help = _output.ToString();
        Assert.Matches(@"--records <N> .*1 to 3,000,000\. \[default: 3000000\]", help);
        Assert.Matches(@"--chunk-size <N> .*1 to 1,000,000\. \[default: 1000\]", help);
        Assert.Matches(@"--workers <N> .*1 to 16\. \[default: 1\]", help);
        Assert.Contains("--json ", help);
        Assert.Contains("--keep-running ", help);
        Assert.Contains("Examples:", help);
    }

    [Fact]
    public async Task RunAsync_HelpOfEveryCommand_HasAnExampleOfIt()
    {
        foreach (var path in Paths(CelerityCommand.Create(new Surroundings()), "celerity"))
        {
            _output.GetStringBuilder().Clear();

            Assert.Equal(ExitCodes.Success, await RunAsync([.. path.Split(' ')[1..], "--help"]));

            Assert.Contains($"  {path}", _output.ToString().Split("Examples:")[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("demo --records 0", "--records is 0: give a number from 1 to 3,000,000. See `celerity demo --help`.")]
    [InlineData("demo --records 3000001", "--records is 3000001: give a number from 1 to 3,000,000. See `celerity demo --help`.")]
    [InlineData("demo --records", "Required argument missing for option: '--records'. See `celerity demo --help`.")]
    [InlineData("demo --chunk-size -5", "--chunk-size is -5: give a number from 1 to 1,000,000. See `celerity demo --help`.")]
    [InlineData("demo --workers x", "--workers is x: give a number from 1 to 16. See `celerity demo --help`.")]
    [InlineData("demo --worker 3", "Unrecognized command or argument '--worker'. See `celerity demo --help`.")]
    [InlineData("nonsense", "Unrecognized command or argument 'nonsense'. See `celerity --help`.")]
    public async Task RunAsync_AWrongCommandLine_SaysInOneLineWhatIsWrong(string line, string message)
    {
        var code = await RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.WrongUsage, code);
        Assert.Equal(message, _error.ToString().TrimEnd('\n'));
        Assert.Empty(_output.ToString());
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(subcommand => Paths(subcommand, $"{path} {subcommand.Name}")).Prepend(path);

    private Task<int> RunAsync(params string[] arguments) =>
        CelerityCommand.RunAsync(arguments, _output, _error, TestContext.Current.CancellationToken);
}
