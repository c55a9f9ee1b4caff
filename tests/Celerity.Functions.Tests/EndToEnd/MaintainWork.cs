using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// The maintenance goes on with a send and a group whose senders died, moves back what was held too late, drains a poison queue, sends what has
/// become due after more than a week, and drops a task that ended as long ago.
/// </summary>
internal sealed class MaintainWork(TaskKillLane lane) : TaskWork(lane)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(8);

    private string _old = "";
    private bool _hasWaited;

    public override bool RunsTasks => false;

    public override async Task PrepareAsync()
    {
        // What earlier works have left would be dropped with it.
        Lane.Advance(Week);
        do
        {
            await Lane.MaintainToItsEndAsync();
        }
        while ((await Lane.FindCursorAsync())?.GetString("partition") is not (null or ""));

        _old = await Round.SendAsync("old", $"queue={TaskKillLane.Parked}&uniqueKey={Round.Mark("old")}", does: "grow", filler: FragileData.Noise(1500));
        var copy = (await Lane.Queue(TaskKillLane.Parked).PeekMessageAsync()).Value.MessageText;
        await Lane.RunParkedAsync();
        await InterruptSendAsync();
        await InterruptGroupAsync();
        await HoldLateAsync();
        var poison = Lane.Queue(TaskKillLane.Poison);
        await poison.SendMessageAsync(copy);
        await poison.SendMessageAsync($$$"""{"id":"{{{Guid.NewGuid():N}}}","task":"fragile.work","payload":{"mark":"{{{Round.Mark("poison")}}}"}}""");
        await poison.SendMessageAsync("nobody can read this");
        Round.Expect(Round.Mark("poison"), "poison", isOnce: true);
        Round.Undecodable = 1;
    }

    public override async Task RunAsync()
    {
        Round.Expect(Round.Mark("far"), "far");
        await Round.SendAsync("far", $"queue={TaskKillLane.Parked}&delay=6.12:00:00");

        // Before the week is over: a copy that is older than what it is a copy of finds no rows any more, and runs.
        await Lane.MaintainUntilAsync(async () => await Lane.IsEmptyAsync(TaskKillLane.Poison), "There is still poison.");
        if (!_hasWaited)
        {
            Lane.Advance(Week);
            _hasWaited = true;
        }

        await Lane.MaintainUntilAsync(async () => !await HasOldRowsAsync(), "What should have expired is still there.");
    }

    public override async Task CheckAsync()
    {
        using var response = await Lane.Client.GetAsync($"api/tasks/{_old}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await Lane.ListBlobsAsync("celerity-results", _old));
        Assert.Empty(await Lane.ListBlobsAsync("celerity-payloads", _old));
    }

    private async Task<bool> HasOldRowsAsync() =>
        await Lane.Table("CelerityTasks").QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey ge {_old} and RowKey lt {_old + ";"}")).AnyAsync();

    // As a sender leaves it that dies between the reservation and the message: the row is Reserved, the note is there, the message is not.
    private async Task InterruptSendAsync()
    {
        Round.Expect(Round.Mark("swept"), "swept", isOnce: true);
        var id = await Round.SendAsync("swept", $"queue={TaskKillLane.Parked}&idempotencyKey={Round.Mark("swept")}");
        await TakeMessageAsync();
        var tasks = Lane.Table("CelerityTasks");
        var row = await tasks.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {id + ":send"}")).SingleAsync();
        row["state"] = "Reserved";
        await tasks.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        var at = row.GetDateTimeOffset("sentAt")!.Value;
        await Lane.Table("CelerityControl").AddEntityAsync(new TableEntity("sends-0", $"{at.ToUnixTimeMilliseconds().ToString("D15", CultureInfo.InvariantCulture)}:{id}")
        {
            ["id"] = id,
            ["at"] = at,
        });
    }

    // As a sender leaves it that dies before the first message of a group.
    private async Task InterruptGroupAsync()
    {
        Round.Expect(Round.Mark("member"), "group");
        var group = (await Round.AskAsync("group", "api/groups", JsonSerializer.Serialize(new
        {
            tasks = new[] { new { task = "parked.work", payload = new { mark = Round.Mark("member") } } },
        }))).GetProperty("id").GetString()!;
        await TakeMessageAsync();
        var control = Lane.Table("CelerityControl");
        var note = (await control.GetEntityAsync<TableEntity>("open-groups", group)).Value;
        note["isSent"] = false;
        await control.UpdateEntityAsync(note, note.ETag, TableUpdateMode.Replace);
    }

    // As an instance leaves it that had not yet seen the resume: the look that came with it is over.
    private async Task HoldLateAsync()
    {
        Round.Expect(Round.Mark("held"), "held", isOnce: true);
        await Round.SendAsync("held", $"queue={TaskKillLane.Parked}");
        var message = await TakeMessageAsync();
        await Round.AskAsync("pause", $"api/queues/{TaskKillLane.Parked}/pause", "{}");
        await Round.AskAsync("resume", $"api/queues/{TaskKillLane.Parked}/resume", "{}");
        await Lane.Queue(TaskKillLane.ParkedHeld).SendMessageAsync(message);
    }

    private async Task<string> TakeMessageAsync()
    {
        var parked = Lane.Queue(TaskKillLane.Parked);
        var message = (await parked.ReceiveMessageAsync()).Value;
        await parked.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        return message.MessageText;
    }
}
