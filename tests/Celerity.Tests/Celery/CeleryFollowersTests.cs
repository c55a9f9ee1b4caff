using System.Text.Json;
using Celerity.Celery;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryFollowersTests
{
    private readonly CeleryBench _bench = new();

    [Fact]
    public async Task CapturedChain_RunsLinkByLink_EachWithItsOwnId()
    {
        var message = CeleryFiles.Read("chain");
        var ids = CeleryFiles.Decode(message).Celery!.Chain.SelectMany(CelerySignature.EndsOf).Reverse();

        await _bench.RunAsync(message);

        Assert.Equal([new AddTask(1, 2), new AddTask(3, 3), new AddTask(4, 5)], _bench.Script.Tasks);
        Assert.Equal(ids, _bench.Script.Runs.Skip(1).Select(run => run.Context.Id));
        Assert.Equal("9", (await _bench.ResultAsync(_bench.Script.Runs[2].Context.Id))!.Value.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task CapturedChainOfTen_RunsToItsEnd()
    {
        await _bench.RunAsync(CeleryFiles.Read("chain-of-10"));

        Assert.Equal(10, _bench.Script.Runs.Count);
        Assert.Equal(new AddTask(30, 8), _bench.Script.Tasks.Last());
    }

    [Fact]
    public async Task Chain_OfAnUntrackedTask_GoesOn()
    {
        var bench = new CeleryBench { HasResults = false };

        await bench.RunAsync(CeleryFiles.Write("demo.untracked", [1, 2], new { chain = new[] { CeleryFiles.Sign("demo.add", [3]) } }));

        Assert.Equal(new AddTask(3, 3), bench.Script.Tasks.Last());
    }

    [Fact]
    public async Task Callbacks_Several_AreAllSent()
    {
        var callbacks = new[] { CeleryFiles.Sign("demo.add", [10]), CeleryFiles.Sign("demo.add", [20]), CeleryFiles.Sign("demo.add", [1, 1], immutable: true) };

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { callbacks }));

        Assert.Equal([new AddTask(1, 2), new AddTask(3, 10), new AddTask(3, 20), new AddTask(1, 1)], _bench.Script.Tasks);
    }

    [Fact]
    public async Task Failure_TellsTheErrorTasksItsIdAndEndsTheChainForThoseWhoWait()
    {
        _bench.Script.Add = (_, _) => throw new InvalidOperationException("broken");
        var chain = new[] { CeleryFiles.Sign("demo.add", [3], new { task_id = "last" }) };

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain, errbacks = new[] { CeleryFiles.Sign("demo.fail", ["alas"]) } }));

        Assert.Equal<object>([new AddTask(1, 2), new FailTask("t1", "alas")], _bench.Script.Tasks);
        foreach (var id in new[] { "t1", "last" })
        {
            var told = (await _bench.ResultAsync(id))!.Value;
            Assert.Equal("FAILURE", told.GetProperty("status").GetString());
            Assert.Equal("InvalidOperationException", told.GetProperty("result").GetProperty("exc_type").GetString());
            Assert.Contains("broken", told.GetProperty("result").GetProperty("exc_message")[0].GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Discarded_EndsTheChainQuietly()
    {
        _bench.Script.Add = (_, _) => TaskOutcome.Discard("nothing to do");
        var chain = new[] { CeleryFiles.Sign("demo.add", [3], new { task_id = "last" }) };

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain, errbacks = new[] { CeleryFiles.Sign("demo.fail", []) } }));

        Assert.Single(_bench.Script.Runs);
        Assert.Equal(("SUCCESS", "REVOKED"), (await _bench.StatusAsync("t1"), await _bench.StatusAsync("last")));
    }

    [Fact]
    public async Task Follower_ThisAppDoesNotKnow_GoesToCelerysWorkersWithTheRestOfTheChain()
    {
        var chain = new[] { CeleryFiles.Sign("demo.add", [5]), CeleryFiles.Sign("python.only", [4], new { task_id = "p1" }) };

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain }));

        var (message, body) = Assert.Single(_bench.Theirs());
        Assert.Equal(("python.only", "p1", "t1", "t1"), (Header(message, "task"), Header(message, "id"), Header(message, "parent_id"), Header(message, "root_id")));
        Assert.Equal("[3,4]", body[0].GetRawText());
        Assert.Equal("demo.add", body[2].GetProperty("chain")[0].GetProperty("task").GetString());
        Assert.Single(_bench.Script.Runs);
    }

    [Fact]
    public async Task Message_DeliveredAgainAfterItsEnd_SendsNothingAgain()
    {
        var message = CeleryFiles.Write("demo.add", [1, 2], new
        {
            callbacks = new[] { CeleryFiles.Sign("python.only", [], new { countdown = 5 }), CeleryFiles.Sign("demo.tsum", [new[] { 1 }], immutable: true) },
        });

        await _bench.RunAsync(message, message, message);

        Assert.Single(_bench.Theirs());
        Assert.Equal(2, _bench.Script.Runs.Count);
    }

    [Fact]
    public async Task MarkOfAFollowerAtTheirWorkers_GoesWithTheRowsOfItsParent()
    {
        var bench = new CeleryBench(expires: true);
        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { callbacks = new[] { CeleryFiles.Sign("python.only", []) } }));
        Assert.Equal(2, bench.Simulation.Storage.Tables.Count(StorageNames.TasksTable));

        bench.Simulation.Time.Advance(TimeSpan.FromDays(30));
        await bench.Worker().GetRequiredService<MaintenanceRound>().RunAsync(CancellationToken.None);

        Assert.Equal(0, bench.Simulation.Storage.Tables.Count(StorageNames.TasksTable));
    }

    [Fact]
    public async Task Follower_NobodyKnows_IsADeadLetterWithAllThatFollowsIt()
    {
        var bench = new CeleryBench { Queues = [] };
        var chain = new[] { CeleryFiles.Sign("demo.add", [5]), CeleryFiles.Sign("python.only", [4], new { task_id = "p1" }) };

        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain }));

        var letter = Assert.Single(await bench.Simulation.DeadLettersAsync());
        Assert.Equal("p1", letter.FindString("id"));
        Assert.StartsWith("CEL0201", letter.FindString("reason"), StringComparison.Ordinal);
        var kept = CeleryFiles.Decode(System.Text.Encoding.UTF8.GetString(letter.FindBytes("body")!));
        Assert.Equal("demo.add", Assert.Single(kept.Celery!.Chain).GetProperty("task").GetString());
        Assert.Equal("FAILURE", await bench.StatusAsync("p1"));
    }

    [Fact]
    public async Task Follower_ForAQueueThatWasNotNamed_IsADeadLetter()
    {
        var chain = new[] { CeleryFiles.Sign("demo.add", [5], new { task_id = "p1", queue = "celerity-chunks" }) };

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain }));

        Assert.StartsWith("CEL0253", Assert.Single(await _bench.Simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Equal(0, _bench.Simulation.Storage.Queues.Count("celerity-chunks"));
        Assert.Equal("FAILURE", await _bench.StatusAsync("p1"));
    }

    [Fact]
    public async Task Follower_ForASignedQueue_OfATaskThatIsNotSigned_IsADeadLetter()
    {
        var bench = new CeleryBench
        {
            Configure = services => services.Configure<SigningOptions>(options =>
            {
                options.Keys["k1"] = Convert.ToBase64String(new byte[32]);
                options.Queues.Add("celerity-high");
            }),
        };
        var chain = new[] { CeleryFiles.Sign("demo.add", [5], new { task_id = "p1", queue = "celerity-high" }) };

        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain }));

        Assert.StartsWith("CEL0253", Assert.Single(await bench.Simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Equal(0, bench.Simulation.Storage.Queues.Count("celerity-high"));
    }

    [Fact]
    public async Task Message_WithoutASignature_OnASignedQueue_IsRefused()
    {
        var bench = new CeleryBench
        {
            Configure = services => services.Configure<SigningOptions>(options =>
            {
                options.Keys["k1"] = Convert.ToBase64String(new byte[32]);
                options.Queues.Add(TaskSimulation.Queue);
            }),
        };

        await bench.RunAsync(CeleryFiles.Read("chain"));

        Assert.StartsWith("CEL0232", Assert.Single(await bench.Simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Empty(bench.Script.Runs);
    }

    [Fact]
    public async Task Follower_TooLargeForCelerysWorkers_IsADeadLetterWithWhatItWasGiven()
    {
        _bench.Script.Add = (_, _) => TaskOutcome.CompletedWith(new string('x', 60_000));

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain = new[] { CeleryFiles.Sign("python.only", [], new { task_id = "p1" }) } }));

        var letter = Assert.Single(await _bench.Simulation.DeadLettersAsync());
        Assert.StartsWith("CEL0252: It takes ", letter.FindString("reason"), StringComparison.Ordinal);
        Assert.Empty(_bench.Theirs());
        Assert.Equal("FAILURE", await _bench.StatusAsync("p1"));
    }

    [Fact]
    public async Task Follower_WithAPayloadOverOurLimit_IsADeadLetter()
    {
        var bench = new CeleryBench { Configure = services => services.Configure<SendingOptions>(options => options.MaxPayloadBytes = 1024) };
        bench.Script.Add = (_, _) => TaskOutcome.CompletedWith(new string('x', 2000));

        await bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain = new[] { CeleryFiles.Sign("demo.fail", [], new { task_id = "p1" }) } }));

        Assert.StartsWith("CEL0252: The payload of 'demo.fail' has ", Assert.Single(await bench.Simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Equal("FAILURE", await bench.StatusAsync("p1"));
    }

    [Fact]
    public async Task Follower_WithACountdown_WaitsOnTheQueue()
    {
        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { callbacks = new[] { CeleryFiles.Sign("demo.add", [3], new { countdown = 3600 }) } }));

        Assert.Equal(2, _bench.Script.Runs.Count);
        Assert.True(_bench.Simulation.Time.GetUtcNow() >= TaskSimulation.Start.AddHours(1));
    }

    [Fact]
    public async Task LargeResult_OfATask_ReachesItsFollower()
    {
        var many = Enumerable.Range(0, 30_000).ToArray();
        _bench.Script.Add = (_, _) => TaskOutcome.CompletedWith(many);

        await _bench.RunAsync(CeleryFiles.Write("demo.add", [1, 2], new { callbacks = new[] { CeleryFiles.Sign("demo.tsum", []) } }));

        Assert.Equal(many, Assert.IsType<SumTask>(_bench.Script.Tasks.Last()).Xs);
    }

    private static string? Header(JsonElement message, string name) => message.GetProperty("headers").GetProperty(name).GetString();
}
