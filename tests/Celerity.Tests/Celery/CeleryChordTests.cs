using Celerity.Celery;
using Celerity.Storage;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryChordTests
{
    private static readonly string[] Captured = ["chord-unlock", "chord-chain", "chord-task"];

    private readonly CeleryBench _bench = new();

    public CeleryChordTests() => _bench.WaitForCaptured();

    [Fact]
    public async Task CapturedChord_CallsBackOnceWithTheResultsInOrder()
    {
        await _bench.RunAsync([.. Captured.Select(CeleryFiles.Read)]);

        var sum = Assert.IsType<SumTask>(_bench.Script.Runs[^1].Task);
        Assert.Equal([4, 6], sum.Xs);
        Assert.Equal(4, _bench.Script.Runs.Count);
        Assert.Equal("10", (await _bench.ResultAsync(_bench.Script.Runs[^1].Context.Id))!.Value.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task CapturedChord_WithATaskThatFails_TellsTheCallbacksErrorTaskAndWhoWaits()
    {
        _bench.Script.Add = (x, y) => x + y == 2 ? TaskOutcome.DeadLetter("broken") : TaskOutcome.CompletedWith(x + y);

        await _bench.RunAsync([.. Captured.Select(CeleryFiles.Read)]);

        var callback = CeleryFiles.Decode(CeleryFiles.Read("chord-task")).Celery!.Chord!.Value;
        var id = CelerySignature.EndsOf(callback).Single()!;
        Assert.Equal(new FailTask(id), _bench.Script.Tasks.Last());
        Assert.DoesNotContain(_bench.Script.Tasks, task => task is SumTask);
        var told = (await _bench.ResultAsync(id))!.Value;
        Assert.Equal(("FAILURE", "ChordError"), (told.GetProperty("status").GetString(), told.GetProperty("result").GetProperty("exc_type").GetString()));
    }

    [Fact]
    public async Task CapturedChainWithAChord_RunsItWhole()
    {
        await _bench.RunAsync(CeleryFiles.Read("chain-with-chord"));

        Assert.Equal([new AddTask(1, 2), new AddTask(3, 1), new AddTask(3, 2)], _bench.Script.Tasks.SkipLast(1));
        Assert.Equal([4, 5], Assert.IsType<SumTask>(_bench.Script.Tasks.Last()).Xs);
    }

    [Fact]
    public async Task Chord_WithATaskAtCelerysWorkers_WaitsForTheirResult()
    {
        var header = new[] { CeleryFiles.Sign("python.only", [], new { task_id = "p1" }), CeleryFiles.Sign("demo.add", [1], new { task_id = "a1" }) };
        var chord = CeleryFiles.Sign(CelerySignature.Chord, [], kwargs: new { header, body = CeleryFiles.Sign("demo.tsum", []) });
        await _bench.Simulation.DropAsync(CeleryFiles.Write("demo.add", [1, 2], new { chain = new[] { chord } }));
        var worker = _bench.Worker();
        for (var delivery = 0; delivery < 20; delivery++)
        {
            _ = await _bench.Simulation.DeliverOneAsync(worker);
            _bench.Simulation.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("python.only", Assert.Single(_bench.Theirs()).Message.GetProperty("headers").GetProperty("task").GetString());
        Assert.Equal([new AddTask(1, 2), new AddTask(3, 1)], _bench.Script.Tasks);
        await ((IBlobStore)_bench.Simulation.Storage.Blobs).WriteAsync(
            StorageNames.CeleryContainer, "celery-task-meta-p1", """{"status": "SUCCESS", "result": 7, "task_id": "p1"}"""u8.ToArray(), CancellationToken.None);
        await _bench.Simulation.DrainAsync(worker);

        Assert.Equal([7, 4], Assert.IsType<SumTask>(_bench.Script.Tasks.Last()).Xs);
    }

    [Fact]
    public async Task Chord_ThatNeverEnds_IsLookedAtEverMoreRarelyAndGivenUpAfterSevenDays()
    {
        await _bench.Simulation.DropAsync(CeleryFiles.Write(
            CeleryCanvas.ChordUnlock,
            ["g", CeleryFiles.Sign("demo.tsum", [])],
            kwargs: new { result = new object?[] { new object?[] { new[] { "never", null }, null } } },
            headers: new Dictionary<string, object?> { ["eta"] = _bench.Simulation.Time.GetUtcNow().ToString("O") }));
        var (worker, looks) = (_bench.Worker(), 0);
        for (var second = 0; second < 600; second++)
        {
            looks += await _bench.Simulation.DeliverOneAsync(worker) ? 1 : 0;
            _bench.Simulation.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(looks, 20, 50);
        Assert.Empty(await _bench.Simulation.DeadLettersAsync());
        _bench.Simulation.Time.Advance(TimeSpan.FromDays(7));
        await _bench.Simulation.DrainAsync(worker);

        var letter = Assert.Single(await _bench.Simulation.DeadLettersAsync());
        Assert.StartsWith("CEL0251: of the chord ", letter.FindString("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chord_WithoutResults_IsADeadLetterBeforeAnythingRuns()
    {
        var bench = new CeleryBench { HasResults = false };

        bench.WaitForCaptured();
        await bench.RunAsync(CeleryFiles.Read("chord-unlock"), CeleryFiles.Read("chord-task"));

        var letters = await bench.Simulation.DeadLettersAsync();
        Assert.Equal(2, letters.Count);
        Assert.All(letters, letter => Assert.StartsWith("CEL0251: It is part of a Celery chord", letter.FindString("reason"), StringComparison.Ordinal));
        Assert.Empty(bench.Script.Runs);
        Assert.NotNull(CeleryFiles.Decode(System.Text.Encoding.UTF8.GetString(letters.Single(letter => letter.FindString("task") == "demo.add").FindBytes("body")!)).Celery!.Chord);
    }

    [Theory]
    [InlineData("""["g",{"args":[]}]""", """{"result":[]}""")]
    [InlineData("""["g",{"task":"demo.tsum"}]""", """{"result":[["a","b"]]}""")]
    [InlineData("""["g",{"task":"demo.tsum"}]""", """{"result":[[["../a",null],null]]}""")]
    [InlineData("""["g",{"task":"demo.tsum"}]""", """{}""")]
    public async Task ChordUnlock_ThatCannotBeRead_IsADeadLetter(string args, string kwargs)
    {
        await _bench.RunAsync(CeleryFiles.Write($"[{args},{kwargs},{{}}]", new { task = CeleryCanvas.ChordUnlock, id = "t1" }));

        var reason = Assert.Single(await _bench.Simulation.DeadLettersAsync()).FindString("reason");
        Assert.StartsWith("CEL0250: the chord cannot be read", reason, StringComparison.Ordinal);
    }
}
