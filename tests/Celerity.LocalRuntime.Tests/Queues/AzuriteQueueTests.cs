using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>The listener against the emulator, in real time.</summary>
public sealed class AzuriteQueueTests : IClassFixture<Azurite>, IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly Azurite _azurite;
    private readonly FakeInvoker _invoker = new();
    private readonly ListLogger _log = new();
    private readonly List<QueueListener> _listeners = [];
    private readonly List<IDisposable> _disposables = [];

    public AzuriteQueueTests(Azurite azurite)
    {
        azurite.SkipIfMissing();
        _azurite = azurite;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.StopAsync(CancellationToken.None).WaitAsync(HangLimit);
        }

        _disposables.ForEach(disposable => disposable.Dispose());
    }

    [Fact]
    public async Task Messages_SentBeforeTheStart_AreRunAndDeleted()
    {
        var queue = await EmptyQueueAsync("tasks");
        for (var i = 0; i < 100; i++)
        {
            await queue.SendMessageAsync($"message {i}", TestContext.Current.CancellationToken);
        }

        var done = Expect(100);
        await StartAsync();
        var bodies = await done;
        await StopAsync();

        Assert.Equal(100, bodies.Distinct().Count());
        Assert.Equal(0, (await queue.GetPropertiesAsync(TestContext.Current.CancellationToken)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Message_AlwaysFails_RunsToTheLimitAndMovesUnchanged()
    {
        var queue = await EmptyQueueAsync("tasks");
        var counts = new ConcurrentQueue<object?>();
        _invoker.Body = (request, _) =>
        {
            counts.Enqueue(request.BindingData["DequeueCount"]);
            throw new FormatException("no");
        };
        await queue.SendMessageAsync("{\"a\": \"<&>\"}", TestContext.Current.CancellationToken);
        await StartAsync(new QueueSettings { MessageEncoding = QueueMessageEncoding.None, MaxDequeueCount = 3 });

        var poisoned = await ReceiveAsync("tasks-poison");

        Assert.Equal("{\"a\": \"<&>\"}", poisoned.MessageText);
        Assert.Equal(["1", "2", "3"], counts);
        Assert.Equal(TimeSpan.FromDays(7), poisoned.ExpiresOn!.Value - poisoned.InsertedOn!.Value);
    }

    [Fact]
    public async Task Message_NotBase64_MovesUnchangedWithoutARun()
    {
        var queue = await EmptyQueueAsync("tasks");
        await queue.SendMessageAsync("{\"plain\":1}", TestContext.Current.CancellationToken);
        await StartAsync(new QueueSettings());

        Assert.Equal("{\"plain\":1}", (await ReceiveAsync("tasks-poison")).MessageText);
        Assert.Empty(_invoker.Requests);
    }

    [Fact]
    public async Task Message_RunsLongerThanItsLease_IsNotSeenTwice()
    {
        var queue = await EmptyQueueAsync("tasks");
        await queue.SendMessageAsync("long", TestContext.Current.CancellationToken);
        var lease = TimeSpan.FromSeconds(2);
        _invoker.Body = (_, token) => Task.Delay(lease * 2, TimeProvider.System, token);
        var done = Expect(1);
        await StartAsync(lease: lease);
        await done;
        await StopAsync();

        Assert.Single(_invoker.Requests);
        Assert.Equal(0, (await queue.GetPropertiesAsync(TestContext.Current.CancellationToken)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task QueueMissing_FirstSend_IsFound()
    {
        var queue = Client("not-yet");
        await queue.DeleteIfExistsAsync(TestContext.Current.CancellationToken);
        var done = Expect(1);
        await StartAsync(queueName: "not-yet");
        await queue.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        await queue.SendMessageAsync("first", TestContext.Current.CancellationToken);

        Assert.Equal(["first"], await done);
    }

    [Fact]
    public async Task Send_ToAQueueThatIsMissing_CreatesIt()
    {
        await Client("created").DeleteIfExistsAsync(TestContext.Current.CancellationToken);

        await new AzureQueueSource(new StorageConnections(Configuration(""))).Open(null, "created").SendAsync("text", TestContext.Current.CancellationToken);

        Assert.Equal("text", (await ReceiveAsync("created")).MessageText);
    }

    [Fact]
    public async Task Storage_GoesAwayAndComesBack_TheListenerGoesOn()
    {
        var queue = await EmptyQueueAsync("tasks");
        await StartAsync();
        await _azurite.StopAsync();
        await _log.WhenAsync("cannot be read");
        await _azurite.RestartAsync();
        await _log.WhenAsync("answers again");
        await queue.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var done = Expect(1);
        await queue.SendMessageAsync("after", TestContext.Current.CancellationToken);

        Assert.Equal(["after"], await done);
    }

    [Fact]
    public async Task WakeOnSend_IdleListener_RunsTheMessageLongBeforeItsNextPoll()
    {
        var queue = await EmptyQueueAsync("tasks");
        await StartAsync(
            new QueueSettings { MessageEncoding = QueueMessageEncoding.None, MaxPollingInterval = TimeSpan.FromHours(1) }, wake: true);

        // Each would take longer than the one before it if only the back-off found it: 1,000 s for the last alone.
        for (var i = 0; i < 15; i++)
        {
            var done = Expect(1);
            await queue.SendMessageAsync($"message {i}", TestContext.Current.CancellationToken);
            await done;
        }
    }

    private static async Task<Azure.Storage.Queues.Models.QueueMessage> ReceiveOnceAsync(QueueClient client) =>
        await client.ReceiveMessageAsync(cancellationToken: TestContext.Current.CancellationToken);

    private QueueClient Client(string name) => new(_azurite.ConnectionString, name);

    private async Task<QueueClient> EmptyQueueAsync(string name)
    {
        await Client(name + "-poison").DeleteIfExistsAsync(TestContext.Current.CancellationToken);
        var queue = Client(name);
        await queue.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await queue.ClearMessagesAsync(TestContext.Current.CancellationToken);
        return queue;
    }

    /// <summary>Completes with the bodies when that many invocations have ended, on top of what the test's own body does.</summary>
    private Task<IReadOnlyCollection<string>> Expect(int count)
    {
        var bodies = new ConcurrentQueue<string>();
        var all = new TaskCompletionSource<IReadOnlyCollection<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = _invoker.Body;
        _invoker.Body = async (request, token) =>
        {
            await body(request, token);
            bodies.Enqueue((string)request.TriggerValue!);
            if (bodies.Count == count)
            {
                all.TrySetResult(bodies);
            }
        };
        return all.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);
    }

    private async Task<Azure.Storage.Queues.Models.QueueMessage> ReceiveAsync(string queueName)
    {
        var arrived = new TaskCompletionSource();
        using var observer = new SentMessageObserver((queue, _) =>
        {
            if (queue.AbsolutePath.EndsWith("/" + queueName, StringComparison.Ordinal))
            {
                arrived.TrySetResult();
            }
        });
        var client = Client(queueName);
        if (await client.ExistsAsync(TestContext.Current.CancellationToken) && await ReceiveOnceAsync(client) is { } there)
        {
            return there;
        }

        await arrived.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);
        return await ReceiveOnceAsync(client);
    }

    private IConfiguration Configuration(string queueName) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("AzureWebJobsStorage", _azurite.ConnectionString), new("TasksQueue", queueName)])
        .Build();

    private Task StartAsync(
        QueueSettings? settings = null, TimeSpan? lease = null, string queueName = "tasks", bool wake = false)
    {
        var board = new WakeBoard(folder: null, TimeProvider.System, NullLogger<WakeBoard>.Instance);
        _disposables.Add(board);
        if (wake)
        {
            board.WatchSends();
        }

        var configuration = Configuration(queueName);
        var listener = new QueueListener(
            settings ?? new QueueSettings { MessageEncoding = QueueMessageEncoding.None, MaxPollingInterval = TimeSpan.FromMilliseconds(100) },
            new QueueRuntimeSettings { WakeOnSend = wake, Lease = lease ?? TimeSpan.FromMinutes(10) },
            new ConcurrencySettings(),
            new ConcurrencySnapshot("not kept"),
            new QueueBindings(new AzureQueueSource(new StorageConnections(configuration)), new SettingTokens(configuration)),
            _invoker,
            board,
            TimeProvider.System,
            _log.For<QueueListener>());
        _listeners.Add(listener);
        return listener.StartAsync([TestFunctions.Describe(nameof(TestFunctions.NamedBySettingOnly))], CancellationToken.None);
    }

    private Task StopAsync() => _listeners[^1].StopAsync(CancellationToken.None).WaitAsync(HangLimit);
}
