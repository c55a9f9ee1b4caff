using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class MessageRunTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly MemoryQueue _queue;
    private readonly MemoryQueue _poison;
    private readonly FakeInvoker _invoker = new();
    private readonly ListLogger _log = new();
    private readonly WakeBoard _board;
    private QueueSettings _settings = new() { MaxDequeueCount = 5, MessageEncoding = QueueMessageEncoding.None };
    private QueueRuntimeSettings _runtime = new() { WakeOnSend = false };

    public MessageRunTests()
    {
        _queue = new MemoryQueue("tasks", _time);
        _poison = new MemoryQueue("tasks-poison", _time) { Exists = false };
        _board = new WakeBoard(folder: null, _time, NullLogger<WakeBoard>.Instance);
    }

    public void Dispose() => _board.Dispose();

    [Fact]
    public async Task Run_FunctionSucceeds_DeletesTheMessage()
    {
        await RunAsync("body");

        Assert.Equal(["delete"], _queue.TakeCalls());
        Assert.Equal("body", Assert.Single(_invoker.Requests).TriggerValue);
    }

    [Fact]
    public async Task Run_FunctionFails_MakesTheMessageVisibleAtOnceByDefault()
    {
        FailFunction();
        await RunAsync("body");

        Assert.Equal(["hide 00:00:00"], _queue.TakeCalls());
        Assert.Equal(1, _queue.VisibleCount);
        Assert.Equal(["body"], _queue.Texts);
    }

    [Fact]
    public async Task Run_FunctionFailsAndADelayIsSet_HidesTheMessageForIt()
    {
        _settings = _settings with { VisibilityTimeout = TimeSpan.FromSeconds(30) };
        FailFunction();
        await RunAsync("body");

        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(0, _queue.VisibleCount);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, _queue.VisibleCount);
    }

    [Fact]
    public async Task Run_LastAttemptFails_CopiesToThePoisonQueueThenDeletes()
    {
        FailFunction();
        await RunAsync("body", dequeueCount: 4);

        Assert.Single(_invoker.Requests);
        Assert.Equal(["body"], _poison.Texts);
        Assert.Empty(_queue.Texts);
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.Contains("maxDequeueCount 5", line, StringComparison.Ordinal);
        Assert.Contains("tasks-poison", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CountAlreadyAboveTheLimit_PoisonsWithoutRunning()
    {
        await RunAsync("body", dequeueCount: 5);

        Assert.Empty(_invoker.Requests);
        Assert.Equal(["body"], _poison.Texts);
        Assert.Empty(_queue.Texts);
    }

    [Fact]
    public async Task Run_CountAboveTheLimitOfAPoisonQueue_RunsAllTheSame()
    {
        await RunAsync("body", dequeueCount: 50, poison: null);

        Assert.Single(_invoker.Requests);
        Assert.Empty(_queue.Texts);
    }

    [Fact]
    public async Task Run_FunctionOfAPoisonQueueFails_LeavesTheMessageToItsLease()
    {
        FailFunction();
        await RunAsync("body", dequeueCount: 9, poison: null);

        Assert.Empty(_queue.TakeCalls());
        Assert.Equal(0, _queue.VisibleCount);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _queue.VisibleCount);
    }

    [Fact]
    public async Task Run_PoisonCopyFails_KeepsTheMessage()
    {
        _poison.Fail = _ => new RequestFailedException(503, "busy");
        FailFunction();
        await RunAsync("body", dequeueCount: 4);

        Assert.Equal(["body"], _queue.Texts);
        Assert.Contains(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NotBase64WhereItIsExpected_PoisonsUnchangedWithoutRunningWhateverTheCount()
    {
        _settings = _settings with { MessageEncoding = QueueMessageEncoding.Base64 };
        await RunAsync(" {\"plain\":true}\n");

        Assert.Empty(_invoker.Requests);
        Assert.Equal([" {\"plain\":true}\n"], _poison.Texts);
        Assert.Empty(_queue.Texts);
        Assert.Contains("not base64", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotBase64InAPoisonQueue_LeavesTheMessageToItsLease()
    {
        _settings = _settings with { MessageEncoding = QueueMessageEncoding.Base64 };
        await RunAsync("plain", poison: null);

        Assert.Empty(_invoker.Requests);
        Assert.Empty(_queue.TakeCalls());
    }

    [Fact]
    public async Task Run_Base64_GivesTheDecodedBodyAndPoisonsWithTheSameEncoding()
    {
        _settings = _settings with { MessageEncoding = QueueMessageEncoding.Base64 };
        FailFunction();
        await RunAsync("aGVsbG8=", dequeueCount: 4);

        Assert.Equal("hello", Assert.Single(_invoker.Requests).TriggerValue);
        Assert.Equal("hello", _invoker.Requests.First().BindingData["QueueTrigger"]);
        Assert.Equal(["aGVsbG8="], _poison.Texts);
    }

    [Theory]
    [InlineData(nameof(TestFunctions.TakesMessage))]
    [InlineData(nameof(TestFunctions.TakesBinary))]
    public async Task Run_DeferredParameterTypes_GetTheMessageWithItsDecodedBody(string function)
    {
        _settings = _settings with { MessageEncoding = QueueMessageEncoding.Base64 };
        await RunAsync("aGVsbG8=", function: function);

        var message = Assert.IsType<QueueMessage>(Assert.Single(_invoker.Requests).TriggerValue);
        Assert.Equal("hello", message.MessageText);
        Assert.Equal("m1", message.MessageId);
        Assert.Equal(1, message.DequeueCount);
    }

    [Fact]
    public async Task Run_FunctionOutlivesItsLease_KeepsItAndDeletesWithTheNewReceipt()
    {
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        _invoker.Body = async (_, _) =>
        {
            started.SetResult();
            await gate.Task;
        };
        var run = RunAsync("body");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        for (var i = 0; i < 6; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal("hide 00:10:00", await _queue.NextCallAsync());
            Assert.Equal(0, _queue.VisibleCount);
        }

        gate.SetResult();
        await run;

        Assert.Equal(["delete"], _queue.TakeCalls());
    }

    [Theory]
    [InlineData(404, "MessageNotFound")]
    [InlineData(400, "PopReceiptMismatch")]
    public async Task Run_DeleteFindsTheMessageGone_IsQuiet(int status, string code)
    {
        _queue.Fail = kind => kind == "delete" ? new RequestFailedException(status, "gone", code, null) : null;
        await RunAsync("body");

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Run_DeleteFails_SaysThatTheMessageComesBack()
    {
        _queue.Fail = kind => kind == "delete" ? new RequestFailedException(500, "broken") : null;
        await RunAsync("body");

        Assert.Contains("comes back", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PoisonCopyMade_WakesLocalListenersOfThePoisonQueue()
    {
        var signal = new WakeSignal(isOn: false);
        await using var membership = _board.Join(_poison.Uri, signal);
        FailFunction();
        await RunAsync("body", dequeueCount: 4);

        Assert.True(signal.IsSet);
    }

    [Fact]
    public async Task Run_FailedMessageVisibleAtOnce_WakesAListenerWhenWakingIsOn()
    {
        _runtime = _runtime with { WakeOnSend = true };
        var signal = new WakeSignal(isOn: true);
        await using var membership = _board.Join(_queue.Uri, signal);
        FailFunction();
        await RunAsync("body");

        Assert.True(signal.IsSet);
    }

    private void FailFunction() => _invoker.Body = (_, _) => Task.FromException(new FormatException("no"));

    private Task RunAsync(string text, long dequeueCount = 0, string function = nameof(TestFunctions.TakesString)) =>
        RunAsync(text, dequeueCount, _poison, function);

    private Task RunAsync(string text, MemoryQueue? poison) => RunAsync(text, 0, poison);

    private async Task RunAsync(string text, long dequeueCount, MemoryQueue? poison, string function = nameof(TestFunctions.TakesString))
    {
        _queue.Add(text, dequeueCount);
        var message = (await _queue.ReceiveAsync(1, _runtime.Lease, CancellationToken.None))[0];
        _queue.TakeCalls();
        var run = new MessageRun(TestFunctions.Describe(function), _queue, poison, _settings, _runtime, _invoker, _board, _time, _log);
        await run.RunAsync(message);
    }
}
