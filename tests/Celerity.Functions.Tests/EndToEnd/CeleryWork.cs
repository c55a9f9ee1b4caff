using System.Text.Json;
using Celerity.Celery;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A Celery client's task with another in its chain and one more as its link: each runs once, by our ids or by the client's.</summary>
internal sealed class CeleryWork(TaskKillLane lane) : TaskWork(lane)
{
    private const string Task = "fragile.work";

    public override async Task PrepareAsync()
    {
        foreach (var name in new[] { "first", "next", "link" })
        {
            Round.Expect(Round.Mark(name), "the client", isOnce: true);
        }

        var first = new CeleryTask
        {
            Id = $"{Guid.NewGuid()}",
            Name = Task,
            Kwargs = JsonSerializer.SerializeToElement(new { mark = Round.Mark("first") }),
            Terms = new CeleryTerms { Chain = [Signature("next", $"{Guid.NewGuid()}")], Callbacks = [Signature("link", id: null)] },
        };
        await Lane.Queue(TaskKillLane.Parked).SendMessageAsync(CeleryMessage.Write(first, TaskKillLane.Parked));
    }

    public override Task RunAsync() => Lane.RunParkedAsync();

    private JsonElement Signature(string name, string? id) => JsonSerializer.SerializeToElement(new Dictionary<string, object>
    {
        ["task"] = Task,
        ["args"] = Array.Empty<object>(),
        ["kwargs"] = new { mark = Round.Mark(name) },
        ["options"] = id is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["task_id"] = id },
        ["immutable"] = true,
    });
}
