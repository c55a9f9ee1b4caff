using System.Text.Json;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Xunit;

namespace Celerity.Tests.Celery;

/// <summary>A kill, a lost request and a lost reply at every call of running, following and telling: then all has followed once, and all was told.</summary>
public sealed class CeleryCrashTests
{
    public static TheoryData<string> Compositions => ["chain", "links", "failure", "chord", "chain with chord", "chain to their workers", "too large"];

    [Theory]
    [MemberData(nameof(Compositions))]
    public async Task Composition_AnyFaultAtAnyCall_FollowsAndTellsAsWithoutIt(string composition)
    {
        var record = new FaultPlan();
        var undisturbed = await DropAsync(composition);
        await undisturbed.Simulation.DrainAsync(undisturbed.Worker(record));
        var expected = await SummaryAsync(undisturbed);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var bench = await DropAsync(composition);
            var worker = bench.Worker(plan);
            try
            {
                await bench.Simulation.DrainAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
            }

            bench.Simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
            await bench.Simulation.DrainAsync(plan.IsDead ? bench.Worker() : worker);

            // A look at a result that is not there ends in an exception of its own, which no reply can be lost of.
            Assert.True(plan.HasFired || (plan.Target!.Name.StartsWith("blob.OpenRead", StringComparison.Ordinal)
                && plan.Kind is FaultKind.LostReply or FaultKind.KillAfter), plan.ToString());
            Assert.Equal((plan.ToString(), expected), (plan.ToString(), await SummaryAsync(bench)));
            Assert.All(bench.Script.Runs.CountBy(run => run.Context.Id), run => Assert.True(run.Value <= 2, $"{plan}: {run.Key} ran {run.Value} times"));

            // Sent again only where the send and its mark were torn apart.
            Assert.InRange(bench.Theirs().Count, undisturbed.Theirs().Count, undisturbed.Theirs().Count * 2);
        }
    }

    private static async Task<CeleryBench> DropAsync(string composition)
    {
        var bench = new CeleryBench();
        bench.WaitForCaptured();
        var chain = new[] { CeleryFiles.Sign("demo.add", [5]), CeleryFiles.Sign("python.only", [4], new { task_id = "p1" }) };
        string[] messages = composition switch
        {
            "chord" => [CeleryFiles.Read("chord-task"), CeleryFiles.Read("chord-chain"), CeleryFiles.Read("chord-unlock")],
            "chain with chord" => [CeleryFiles.Read("chain-with-chord")],
            "failure" => [CeleryFiles.Write("demo.add", [1, 2], new { errbacks = new[] { CeleryFiles.Sign("demo.fail", []) }, chain = new[] { CeleryFiles.Sign("demo.add", [1], new { task_id = "last" }) } })],
            "chain to their workers" or "too large" => [CeleryFiles.Write("demo.add", [1, 2], new { chain })],
            _ => [CeleryFiles.Read(composition)],
        };
        bench.Script.Add = composition switch
        {
            "failure" => (_, _) => TaskOutcome.DeadLetter("broken"),
            "too large" => (_, _) => TaskOutcome.CompletedWith(new string('x', 60_000)),
            _ => bench.Script.Add,
        };
        foreach (var message in messages)
        {
            await bench.Simulation.DropAsync(message);
        }

        return bench;
    }

    private static async Task<string> SummaryAsync(CeleryBench bench)
    {
        var runs = bench.Script.Runs.DistinctBy(run => run.Context.Id).Select(run => $"{run.Context.Id} {run.Task}").Order(StringComparer.Ordinal).ToList();
        var told = new List<string>();
        foreach (var id in bench.Script.Runs.Select(run => run.Context.Id).Append("last").Append("p1").Distinct().Order(StringComparer.Ordinal))
        {
            told.Add($"{id} {await bench.StatusAsync(id)}");
        }

        var theirs = bench.Theirs().Select(item => JsonSerializer.Serialize(item.Message)).Distinct();
        var dead = (await bench.Simulation.DeadLettersAsync()).Select(row => $"{row.FindString("id")} {row.FindString("reason")}").Order(StringComparer.Ordinal);
        return string.Join('\n', [.. runs, .. told, .. theirs, .. dead]);
    }
}
