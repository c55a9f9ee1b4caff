using System.Text.Json;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryResultsTests
{
    [Fact]
    public async Task Success_IsWrittenAsCelerysBackendReadsIt()
    {
        var bench = new CeleryBench();

        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], headers: new Dictionary<string, object?> { ["group"] = "g", ["parent_id"] = "p" }));

        Assert.Equal(
            """{"status":"SUCCESS","result":3,"traceback":null,"children":[],"date_done":"2026-01-01T00:00:00.000000","group_id":"g","parent_id":"p","task_id":"t1"}""",
            JsonSerializer.Serialize(await bench.ResultAsync("t1")));
    }

    [Fact]
    public async Task Untracked_SuccessIsTold()
    {
        var bench = new CeleryBench();

        await bench.RunAsync(CeleryFiles.Write("demo.untracked", [1, 2]));

        Assert.Equal("SUCCESS", await bench.StatusAsync("t1"));
    }

    [Fact]
    public async Task Result_ThatIsIgnoredOrNotAskedFor_IsNotWritten()
    {
        var (off, on) = (new CeleryBench { HasResults = false }, new CeleryBench());

        await off.RunAsync(CeleryFiles.Write("demo.add", [1, 2]));
        await on.RunAsync(CeleryFiles.Write("demo.add", [1, 2], headers: new Dictionary<string, object?> { ["ignore_result"] = true }));

        Assert.Null(await off.ResultAsync("t1"));
        Assert.Null(await on.ResultAsync("t1"));
    }

    [Fact]
    public async Task Cost_IsOneRequestForTheResultAndThreeForAFollower()
    {
        var ours = await CallsAsync("""{"id":"t1","task":"demo.add","payload":{"x":1,"y":2}}""");
        var theirs = await CallsAsync(CeleryFiles.Write("demo.add", [1, 2]));
        var followed = await CallsAsync(CeleryFiles.Write("demo.add", [1, 2], new { callbacks = new[] { CeleryFiles.Sign("python.only", []) } }));

        Assert.Equal(["blob.Write celerity-celery"], theirs.Except(ours));
        Assert.Equal((ours.Count + 1, ours.Count + 4), (theirs.Count, followed.Count));
    }

    [Fact]
    public async Task Id_ThatIsNoNameOfABlob_IsRunAndNotWritten()
    {
        var bench = new CeleryBench();

        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], id: "x/../../celerity-payloads/y"));

        Assert.Single(bench.Script.Runs);
        Assert.Null(await ((IBlobStore)bench.Simulation.Storage.Blobs).FindAsync(
            StorageNames.CeleryContainer, "celery-task-meta-x/../../celerity-payloads/y", CancellationToken.None));
    }

    private static async Task<List<string>> CallsAsync(string message)
    {
        var (bench, plan) = (new CeleryBench(), new FaultPlan());
        await bench.Simulation.DropAsync(message);
        await bench.Simulation.DrainAsync(bench.Worker(plan));
        return [.. plan.Calls.Select(call => call.Name)];
    }
}
