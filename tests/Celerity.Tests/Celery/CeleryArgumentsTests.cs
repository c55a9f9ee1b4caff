using Celerity.Tests.Tasks;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryArgumentsTests
{
    private readonly CeleryBench _bench = new();

    [Fact]
    public async Task Arguments_ByPositionAndByName_BindToTheConstructor()
    {
        await _bench.RunAsync(CeleryFiles.Write("demo.bind", ["i1", 2]));
        await _bench.RunAsync(CeleryFiles.Write("demo.bind", ["i1"], kwargs: new { line_count = 2 }, id: "t2"));
        await _bench.RunAsync(CeleryFiles.Write("demo.bind", [], kwargs: new { invoice_id = "i1", lineCount = 2 }, id: "t3"));
        await _bench.RunAsync(CeleryFiles.Write("demo.bind", [new { invoiceId = "i1", lineCount = 2 }], id: "t4"));

        Assert.Equal(Enumerable.Repeat(new BindTask("i1", 2), 4), _bench.Script.Tasks);
    }

    [Theory]
    [InlineData("""[["i1"],{"invoice_id":"i2"},{}]""", "It has 'invoiceId' twice, by position and by name.")]
    [InlineData("""[["i1",2,3,4],{},{}]""", "It has 4 positional arguments; its constructor takes 3.")]
    [InlineData("""[[],{"line_count":2},{}]""", "invoiceId")]
    [InlineData("""[["i1","two"],{},{}]""", "lineCount")]
    public async Task Arguments_ThatDoNotFit_MakeADeadLetterThatSaysWhy(string body, string reason)
    {
        await _bench.RunAsync(CeleryFiles.Write(body, new { task = "demo.bind", id = "t1" }));

        var ended = (await _bench.Simulation.FindAsync("t1"))!;
        Assert.Equal(TaskState.DeadLettered, ended.State);
        Assert.StartsWith("CEL0202", ended.Ending!.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, ended.Ending.Reason, StringComparison.Ordinal);
        Assert.Empty(_bench.Script.Runs);
    }

    [Theory]
    [InlineData(20.0, 10.0, 20, 10)]
    [InlineData(9000.0, null, 600, null)]
    public async Task TimeLimits_OfTheSender_CanOnlyShortenOurs(double hard, double? soft, int hardHeld, int? softHeld)
    {
        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], headers: new Dictionary<string, object?> { ["timelimit"] = new object?[] { hard, soft } }));

        var context = Assert.Single(_bench.Script.Runs).Context;
        Assert.Equal(_bench.Simulation.Time.GetUtcNow().AddSeconds(hardHeld), context.Deadline);
        Assert.Equal(softHeld is not null, context.SoftLimit.CanBeCanceled);
    }

    [Fact]
    public async Task Eta_OfTheSender_IsWaitedForAtNoAttempt()
    {
        var eta = TaskSimulation.Start.AddHours(1);

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], headers: new Dictionary<string, object?> { ["eta"] = eta.ToString("O") }));

        Assert.True(_bench.Simulation.Time.GetUtcNow() >= eta);
        Assert.Equal(1, Assert.Single(_bench.Script.Runs).Context.Attempt);
    }

    [Fact]
    public async Task Expires_InThePast_EndsAsExpiredAndTellsTheClient()
    {
        await _bench.RunAsync(CeleryFiles.Write(
            "demo.add", [1, 2], headers: new Dictionary<string, object?> { ["expires"] = TaskSimulation.Start.AddHours(-1).ToString("O") }));

        Assert.Empty(_bench.Script.Runs);
        Assert.Equal(TaskState.Expired, (await _bench.Simulation.FindAsync("t1"))!.State);
        Assert.Equal("REVOKED", await _bench.StatusAsync("t1"));
    }
}
