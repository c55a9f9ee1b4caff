using System.Net;
using System.Text;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.DeadLetters;

/// <summary>Export and import.</summary>
public sealed class DeadFileTests : IDisposable
{
    private readonly CommandBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Export_ReplacesTheFile_AndKeepsWhoMayReadIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{\"id\":\"new\"}\n"));
        var file = _folder["dead.ndjson"];
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"dead export --state open -o {file}"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/dead-letter-export?state=open"], app.Requests);
        Assert.Equal("{\"id\":\"new\"}\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Export_ToANewFile_OrThroughALink_IsWritten()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "x\n"));
        File.CreateSymbolicLink(_folder["link"], _folder["target"]);
        await File.WriteAllTextAsync(_folder["target"], "old", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"dead export -o {_folder["new"]}"));
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"dead export -o {_folder["link"]}"));

        Assert.Equal("x\n", await File.ReadAllTextAsync(_folder["new"], TestContext.Current.CancellationToken));
        Assert.Equal("x\n", await File.ReadAllTextAsync(_folder["target"], TestContext.Current.CancellationToken));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_ThatFails_LeavesTheFileWhole(bool breaksOff)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, null));
        using var broken = new BrokenApp();
        var file = _folder["dead.ndjson"];
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(breaksOff ? broken : app, $"dead export -o {file}"));

        Assert.Contains(breaksOff ? "broke off" : "No app answers", _bench.Error, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Export_ToATerminal_DoesNotSteerIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "id,reason\r\nx,\u001b[2Jcleared \u202e\n"));
        _bench.Around = _bench.Around with { IsOutputTerminal = true };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead export --format csv"));

        Assert.Equal("id,reason\nx, [2Jcleared  \n", _bench.Output);
    }

    [Fact]
    public async Task Export_ToAPipe_IsByteByByte()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "x,\u001b[2J\r\n"));
        using var output = new MemoryStream();
        _bench.Around = _bench.Around with { OpenOutput = () => output };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead export --format csv"));

        Assert.Equal("x,\u001b[2J\r\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Export_OfAnUnknownFormat_IsRefused()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, ""));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead export --format xlsx"));

        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task Import_IsCutAtLineEnds()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"count":5}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"dead import {await WriteLargeAsync()}"));

        Assert.Equal(3, app.Requests.Count);
        Assert.Equal("15 letters are kept.", _bench.Output.Trim());
    }

    [Fact]
    public async Task Import_ThatFails_SaysHowManyAreKept_AndWhere()
    {
        using var app = new ScriptedApp(
            (HttpStatusCode.OK, """{"count":8}"""), (HttpStatusCode.BadRequest, """{"code":"CEL0344","detail":"Line 3 is no dead letter. Those before it are kept."}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, $"dead import {await WriteLargeAsync()}"));

        Assert.StartsWith("8 letters are kept, and maybe some of the part that begins with line 9 of the file", _bench.Error, StringComparison.Ordinal);
        Assert.Contains("CEL0344: Line 3", _bench.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfNoFile_IsRefused()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, ""));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead import no-such-file"));

        Assert.StartsWith("There is no file 'no-such-file'.", _bench.Error, StringComparison.Ordinal);
    }

    private async Task<string> WriteLargeAsync()
    {
        await File.WriteAllLinesAsync(_folder["large"], Enumerable.Repeat(new string('x', 1_000_000), 20), TestContext.Current.CancellationToken);
        return _folder["large"];
    }

    /// <summary>Answers, and breaks off.</summary>
    private sealed class BrokenApp : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new BrokenStream()) });

        private sealed class BrokenStream : MemoryStream
        {
            private bool _hasBegun;

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (_hasBegun)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
                }

                _hasBegun = true;
                buffer.Span[0] = (byte)'x';
                return ValueTask.FromResult(1);
            }
        }
    }
}
