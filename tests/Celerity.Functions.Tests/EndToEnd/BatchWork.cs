using System.Text.Json;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A task of a batch handler in a message of its own, which is a batch of one and put back once; and two in one message, which are one batch.</summary>
internal sealed class BatchWork(TaskKillLane lane) : TaskWork(lane)
{
    private const string Task = "batched.work";

    public override async Task PrepareAsync()
    {
        Round.Expect(Round.Mark("single"), "single", deferrals: 1);
        await Round.SendAsync("single", $"queue={TaskKillLane.Parked}", does: "snooze once", task: Task);
        string[] marks = [Round.Mark("both-1"), Round.Mark("both-2")];
        Array.ForEach(marks, mark => Round.Expect(mark, "both"));
        await Round.AskAsync("both", "api/batches", string.Join('\n', marks.Select(mark =>
            JsonSerializer.Serialize(new { task = Task, payload = new { mark }, options = new { queue = TaskKillLane.Parked } }))));
    }

    public override Task RunAsync() => Lane.RunParkedAsync();
}
