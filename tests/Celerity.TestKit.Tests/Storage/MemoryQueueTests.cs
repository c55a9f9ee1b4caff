using Azure;
using Azure.Storage.Queues;
using Xunit;

namespace Celerity.TestKit.Tests.Storage;

public sealed class MemoryQueueTests : MemoryStorageFixture
{
    [Fact]
    public async Task Message_ReceivedAndDeleted_IsGone()
    {
        var queue = await CreateAsync();
        var sent = (await queue.SendMessageAsync("text & <more>", Cancel)).Value;

        var received = Assert.Single((await queue.ReceiveMessagesAsync(32, cancellationToken: Cancel)).Value);

        Assert.Equal((sent.MessageId, "text & <more>", 1L), (received.MessageId, received.MessageText, received.DequeueCount));
        Assert.Equal(Now, received.InsertedOn);
        Assert.Equal(Now.AddDays(7), received.ExpiresOn);
        Assert.Equal(Now.AddSeconds(30), received.NextVisibleOn);
        await queue.DeleteMessageAsync(received.MessageId, received.PopReceipt, Cancel);
        Assert.Equal(0, (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Message_Received_ComesBackWhenItsTimeoutHasPassed()
    {
        var queue = await CreateAsync();
        await queue.SendMessageAsync("text", Cancel);
        var first = (await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancel)).Value;

        Pass(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Null((await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value);
        Pass(TimeSpan.FromSeconds(1));
        var second = (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value;

        Assert.Equal(2, second.DequeueCount);
        await FailsAsync(400, "PopReceiptMismatch", () => queue.DeleteMessageAsync(first.MessageId, first.PopReceipt, Cancel));
    }

    [Fact]
    public async Task Message_Updated_HasNewTextTimeoutAndReceipt()
    {
        var queue = await CreateAsync();
        await queue.SendMessageAsync("old", Cancel);
        var received = (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value;

        var updated = (await queue.UpdateMessageAsync(received.MessageId, received.PopReceipt, "new", TimeSpan.FromHours(1), Cancel)).Value;

        Assert.Equal(Now.AddHours(1), updated.NextVisibleOn);
        await FailsAsync(400, "PopReceiptMismatch", () => queue.UpdateMessageAsync(received.MessageId, received.PopReceipt, cancellationToken: Cancel));
        Pass(TimeSpan.FromHours(1));
        Assert.Equal("new", (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value.MessageText);
    }

    [Fact]
    public async Task Message_Delayed_IsHiddenAndThenInOrder()
    {
        var queue = await CreateAsync();
        await queue.SendMessageAsync("late", TimeSpan.FromSeconds(5), cancellationToken: Cancel);
        await queue.SendMessageAsync("early", Cancel);

        Assert.Equal("early", Assert.Single((await queue.PeekMessagesAsync(32, Cancel)).Value).MessageText);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["early", "late"], (await queue.ReceiveMessagesAsync(32, cancellationToken: Cancel)).Value.Select(message => message.MessageText));
    }

    [Fact]
    public async Task Message_PastItsLife_IsGone()
    {
        var queue = await CreateAsync();
        await queue.SendMessageAsync("short", timeToLive: TimeSpan.FromMinutes(1), cancellationToken: Cancel);
        await queue.SendMessageAsync("endless", timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: Cancel);

        Pass(TimeSpan.FromDays(400));

        Assert.Equal("endless", Assert.Single((await queue.ReceiveMessagesAsync(32, cancellationToken: Cancel)).Value).MessageText);
    }

    [Fact]
    public async Task Queue_Missing_RefusesEverything()
    {
        var queue = Queues.GetQueueClient("missing");

        Assert.False(await queue.ExistsAsync(Cancel));
        await FailsAsync(404, "QueueNotFound", () => queue.SendMessageAsync("text", Cancel));
        await FailsAsync(404, "QueueNotFound", () => queue.ReceiveMessagesAsync(Cancel));
        await FailsAsync(404, "QueueNotFound", () => queue.DeleteAsync(Cancel));
    }

    [Fact]
    public async Task Queue_CreatedAgain_IsRefusedOnlyWithOtherMetadata()
    {
        var queue = await CreateAsync();

        Assert.Null(await queue.CreateIfNotExistsAsync(cancellationToken: Cancel));
        await FailsAsync(409, "QueueAlreadyExists", () => queue.CreateAsync(new Dictionary<string, string> { ["owner"] = "me" }, Cancel));
        await FailsAsync(400, "InvalidResourceName", () => Queues.GetQueueClient("No_Good").CreateAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task Queue_Metadata_IsKept()
    {
        var queue = await CreateAsync();
        await queue.SetMetadataAsync(new Dictionary<string, string> { ["owner"] = "me" }, Cancel);

        Assert.Equal("me", (await queue.GetPropertiesAsync(Cancel)).Value.Metadata["owner"]);
    }

    [Fact]
    public async Task Queue_Cleared_IsEmpty()
    {
        var queue = await CreateAsync();
        await queue.SendMessageAsync("text", Cancel);
        var received = (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value;

        await queue.ClearMessagesAsync(Cancel);

        await FailsAsync(404, "MessageNotFound", () => queue.DeleteMessageAsync(received.MessageId, received.PopReceipt, Cancel));
        Assert.Equal(0, (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Queues_Listed_ByPrefixAndInPages()
    {
        foreach (var name in new[] { "aaa", "work-1", "work-2", "work-3" })
        {
            await Queues.CreateQueueAsync(name, cancellationToken: Cancel);
        }

        var pages = new List<string>();
        await foreach (var page in Queues.GetQueuesAsync(prefix: "work", cancellationToken: Cancel).AsPages(pageSizeHint: 2))
        {
            pages.Add(string.Join(' ', page.Values.Select(queue => queue.Name)));
        }

        Assert.Equal(["work-1 work-2", "work-3"], pages);
    }

    private static async Task FailsAsync(int status, string code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.Equal((status, code), (failure.Status, failure.ErrorCode));
    }

    private async Task<QueueClient> CreateAsync() => (await Queues.CreateQueueAsync("work", cancellationToken: Cancel)).Value;
}
