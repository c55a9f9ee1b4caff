using System.Text.Json;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A chord runs, one child of it a chain, and a chain whose only link fails.</summary>
internal sealed class GroupWork(TaskKillLane lane) : TaskWork(lane)
{
    /// <summary>Sends them, and says how they end.</summary>
    public static async Task SendAsync(TaskRound round)
    {
        var (child, link, last, callback) = (round.Mark("child"), round.Mark("link"), round.Mark("last"), round.Mark("callback"));
        round.Expect(child, "chord");
        round.Expect(link, "chord");
        round.Expect(last, "chord", text: $"{last}({link})");
        round.Expect(callback, "chord", text: $"{callback}({child},{last}({link}))");
        await round.AskAsync("chord", "api/groups", JsonSerializer.Serialize(new
        {
            tasks = new object[] { Parked(child, "grow"), new { chain = new[] { Parked(link), Work(last) } } },
            callback = Work(callback),
        }));

        var (failing, error) = (round.Mark("failing"), round.Mark("error"));
        round.Expect(failing, "chain", state: "deadLettered");
        round.Expect(error, "chain");
        await round.AskAsync("chain", "api/chains", JsonSerializer.Serialize(new { tasks = new[] { Parked(failing, "die") }, onError = Work(error) }));
    }

    public override Task PrepareAsync() => SendAsync(Round);

    public override Task RunAsync() => Lane.RunParkedAsync();

    private static object Parked(string mark, string? does = null) => new { task = "parked.work", payload = new { mark, does } };

    private static object Work(string mark) => new { task = "fragile.work", payload = new { mark } };
}
