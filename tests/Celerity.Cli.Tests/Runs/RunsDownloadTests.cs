using System.Net;
using System.Text;
using Xunit;

namespace Celerity.Cli.Tests.Runs;

public sealed class RunsDownloadTests : IDisposable
{
    private const string Id = "019b76b06a0070009d0e3f2ab19c55d0";

    private readonly CommandBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("", "1/output")]
    [InlineData("--stage 2 --rejects ", "2/rejects")]
    public async Task Download_ToAFile_ReplacesIt(string options, string path)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "a,b\r\n1,2\r\n"));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs download {Id} {options}-o {_folder["out.csv"]}"));

        Assert.Equal([$"GET http://127.0.0.1:7071/api/runs/{Id}/stages/{path}"], app.Requests);
        Assert.Equal("a,b\r\n1,2\r\n", await File.ReadAllTextAsync(_folder["out.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Download_ToAPipe_IsByteByByte()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "x,\u001b[2J\r\n"));
        using var output = new MemoryStream();
        _bench.Around = _bench.Around with { OpenOutput = () => output };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs download {Id}"));

        Assert.Equal("x,\u001b[2J\r\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Theory]
    [InlineData("runs download " + Id, "name a file by --output")]
    [InlineData("runs download " + Id + " --stage 0", "must be 1 or more")]
    [InlineData("runs download x", "is no run's id")]
    public async Task Download_ThatCannotBeMeant_AsksForNothing(string line, string words)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, ""));
        _bench.Around = _bench.Around with { IsOutputTerminal = true };

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, line));

        Assert.Contains(words, _bench.Error, StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task Download_OfAStageThatHasNotEnded_SaysSo()
    {
        using var app = new ScriptedApp((HttpStatusCode.Conflict, """{"code":"CEL0332","detail":"The stage 1 has not ended."}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, $"runs download {Id} -o {_folder["out.csv"]}"));

        Assert.Contains("CEL0332: The stage 1 has not ended.", _bench.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
