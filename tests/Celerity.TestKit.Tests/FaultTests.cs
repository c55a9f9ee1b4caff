using System.Net;
using Celerity.TestKit.Hosting.Faults;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>Storage that fails, is slow, or delivers twice.</summary>
public sealed class FaultTests
{
    private readonly TestApp _app = new();

    [Fact]
    public async Task DeliverTwice_RunsTheFunctionTwiceAndTheFirstCannotDelete()
    {
        await using var host = await _app.StartAsync();
        host.Faults.DeliverTwice("notes");

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();

        Assert.Equal(["hello", "hello"], _app.Noted);
        Assert.Contains(host.Transcript.Entries, entry => entry.What.StartsWith("not deleted: 40", StringComparison.Ordinal));
        Assert.Equal(0, await host.Queues.CountAsync("notes"));
    }

    [Fact]
    public async Task FailStorage_Delete_TheMessageComesBackAfterItsLease()
    {
        await using var host = await _app.StartAsync();
        host.Faults.FailStorage(StorageOperations.DeleteMessage, "notes", status: 500);

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();
        Assert.Single(_app.Noted);
        await host.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(2, _app.Noted.Count);
        Assert.Equal(0, await host.Queues.CountAsync("notes"));
    }

    [Fact]
    public async Task FailStorage_Receive_TheListenerTriesAgainByTheClock()
    {
        await using var host = await _app.StartAsync();
        await host.Queues.SendAsync("notes", "first");
        await host.RunUntilIdleAsync();
        host.Faults.FailStorage(StorageOperations.GetMessages, "notes", times: 3);

        await host.Queues.SendAsync("notes", "second");
        await host.RunUntilIdleAsync();
        Assert.Equal(["first"], _app.Noted);
        await host.AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(["first", "second"], _app.Noted);
        Assert.Empty(host.Faults.Pending);
    }

    [Fact]
    public async Task FailStorage_ClientOfTheApp_IsStruckToo()
    {
        await using var host = await _app.StartAsync();
        host.Faults.FailStorage(StorageOperations.PutMessage, "notes", occurrence: 2);

        Assert.Equal(HttpStatusCode.OK, await RelayAsync(host));
        Assert.Equal(HttpStatusCode.InternalServerError, await RelayAsync(host));
        Assert.Equal(HttpStatusCode.OK, await RelayAsync(host));
        await host.RunUntilIdleAsync();

        Assert.Equal(2, _app.Noted.Count(noted => noted == "relayed"));
    }

    [Fact]
    public async Task FailStorage_Applied_HasItsEffect()
    {
        await using var host = await _app.StartAsync();
        host.Faults.FailStorage(StorageOperations.PutMessage, "notes", isApplied: true);

        Assert.Equal(HttpStatusCode.InternalServerError, await RelayAsync(host));
        await host.RunUntilIdleAsync();

        Assert.Contains("relayed", _app.Noted);
    }

    [Theory]
    [InlineData(StorageOperations.PutMessage)]
    [InlineData(StorageOperations.GetMessages)]
    [InlineData(StorageOperations.DeleteMessage)]
    public async Task SlowStorage_TakesVirtualTime(string operation)
    {
        await using var host = await _app.StartAsync();
        await host.Queues.SendAsync("notes", "first");
        await host.RunUntilIdleAsync();
        host.Faults.SlowStorage(operation, operation == StorageOperations.DeleteMessage ? "forward" : "notes", TimeSpan.FromMinutes(7));

        await host.Queues.SendAsync("forward", "second");
        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(7) - TimeSpan.FromSeconds(1));
        var isEarly = operation == StorageOperations.DeleteMessage;
        Assert.Equal(isEarly, _app.Noted.Contains("second"));
        Assert.Equal(isEarly ? 1 : 0, await host.Queues.CountAsync("forward") * (isEarly ? 1 : 0));
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.True(_app.Noted.SequenceEqual(["first", "forwards", "second"]), host.Transcript.ToString());
        Assert.Equal(0, await host.Queues.CountAsync("forward"));
    }

    [Fact]
    public async Task Pending_FaultThatNeverStruck_IsToldInWords()
    {
        await using var host = await _app.StartAsync();
        host.Faults.CrashAt(FaultPoint.BeforeDelete, "notes", occurrence: 2);

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();

        Assert.Equal(["crash at BeforeDelete of notes, occurrence 2"], host.Faults.Pending);
        host.Faults.Clear();
        Assert.Empty(host.Faults.Pending);
    }

    private static async Task<HttpStatusCode> RelayAsync(Hosting.FunctionTestHost host)
    {
        using var response = await host.Http.PostAsync("/api/Relay", null, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
