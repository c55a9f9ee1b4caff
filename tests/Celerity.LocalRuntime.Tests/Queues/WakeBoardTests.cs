using System.Net.Sockets;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class WakeBoardTests : IDisposable
{
    private static readonly Uri Queue = new("http://127.0.0.1:10001/account/tasks");
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly string _state = Directory.CreateTempSubdirectory("wake").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void NoteSent_SeveralListeners_WakesOneInTurn()
    {
        using var board = Board(withFolder: false);
        WakeSignal[] signals = [new(isOn: true), new(isOn: true), new(isOn: true)];
        foreach (var signal in signals)
        {
            _ = board.Join(Queue, signal);
        }

        for (var turn = 0; turn < 6; turn++)
        {
            board.NoteSent(Queue, TimeSpan.Zero);
            Assert.Equal(turn % 3, Array.FindIndex(signals, signal => signal.IsSet));
            Assert.Single(signals, signal => signal.IsSet);
            signals[turn % 3].Reset();
            _time.Advance(QueueListeners.GatherTime);
        }
    }

    [Fact]
    public async Task NoteSent_StreamOfSends_WakesForTheFirstAndThenForWhatHasGathered()
    {
        using var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await using var membership = board.Join(Queue, signal);
        board.NoteSent(Queue, TimeSpan.Zero);
        Assert.True(signal.IsSet);
        signal.Reset();

        board.NoteSent(Queue, TimeSpan.Zero);
        board.NoteSent(Queue, TimeSpan.Zero);
        _time.Advance(QueueListeners.GatherTime - TimeSpan.FromTicks(1));
        Assert.False(signal.IsSet);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(signal.IsSet);

        signal.Reset();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(signal.IsSet);
    }

    [Fact]
    public void NoteSent_MoreThanABatchGathers_WakesAsManyAsItTakes()
    {
        using var board = Board(withFolder: false);
        WakeSignal[] signals = [new(isOn: true), new(isOn: true), new(isOn: true)];
        foreach (var signal in signals)
        {
            _ = board.Join(Queue, signal);
        }

        for (var i = 0; i < 1 + 17; i++)
        {
            board.NoteSent(Queue, TimeSpan.Zero);
        }

        Assert.Single(signals, signal => signal.IsSet);
        _time.Advance(QueueListeners.GatherTime);
        Assert.All(signals, signal => Assert.True(signal.IsSet));
    }

    [Fact]
    public async Task NoteSent_MessageHiddenAtFirst_WakesOnceItCanBeReceived()
    {
        using var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await using var membership = board.Join(Queue, signal);

        board.NoteSent(Queue, TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(signal.IsSet);
        _time.Advance(QueueListeners.DelayStep + TimeSpan.FromTicks(1));
        await signal.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(signal.IsSet);
    }

    [Fact]
    public async Task NoteSent_MessageHiddenForLong_IsLeftToPolling()
    {
        var time = new SteppedTime();
        using var board = new WakeBoard(folder: null, time, NullLogger<WakeBoard>.Instance);
        await using var membership = board.Join(Queue, new WakeSignal(isOn: true));

        board.NoteSent(Queue, QueueListeners.LongestDelay + TimeSpan.FromSeconds(1));
        board.NoteSent(Queue, TimeSpan.FromSeconds(2));

        Assert.InRange(await time.NextWaitAsync(), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2) + QueueListeners.DelayStep);
    }

    [Fact]
    public async Task NoteSent_ManyHiddenUntilAboutTheSameTime_AreAnnouncedTogether()
    {
        var time = new SteppedTime();
        using var board = new WakeBoard(folder: null, time, NullLogger<WakeBoard>.Instance);
        WakeSignal[] signals = [new(isOn: true), new(isOn: true)];
        foreach (var signal in signals)
        {
            _ = board.Join(Queue, signal);
        }

        for (var i = 0; i < 10; i++)
        {
            board.NoteSent(Queue, TimeSpan.FromSeconds(5) + TimeSpan.FromMilliseconds(i));
        }

        await time.PassNextWaitAsync();
        await signals[0].WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(signals[0].IsSet);
        Assert.False(signals[1].IsSet);
    }

    [Fact]
    public async Task Dispose_SendsHaveGathered_WakesForThemFirst()
    {
        var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await using var membership = board.Join(Queue, signal);
        board.NoteSent(Queue, TimeSpan.Zero);
        signal.Reset();
        board.NoteSent(Queue, TimeSpan.Zero);

        board.Dispose();

        Assert.True(signal.IsSet);
    }

    [Fact]
    public async Task NoteSent_ListenerIsBusy_WakesTheNextToo()
    {
        using var board = Board(withFolder: false);
        var busy = new WakeSignal(isOn: true) { IsBusy = true };
        var idle = new WakeSignal(isOn: true);
        await using var first = board.Join(Queue, busy);
        await using var second = board.Join(Queue, idle);

        board.NoteSent(Queue, TimeSpan.Zero);

        Assert.True(idle.IsSet);
        Assert.True(busy.IsSet);
    }

    [Fact]
    public async Task NoteSent_AnotherQueue_WakesNobody()
    {
        using var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await using var membership = board.Join(Queue, signal);

        board.NoteSent(new Uri("http://127.0.0.1:10001/account/other"), TimeSpan.Zero);
        board.NoteSent(new Uri("http://127.0.0.1:10001/elsewhere/tasks"), TimeSpan.Zero);

        Assert.False(signal.IsSet);
    }

    [Fact]
    public async Task NoteSent_LoopbackByName_IsTheSameQueue()
    {
        using var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await using var membership = board.Join(Queue, signal);

        board.NoteSent(new Uri("http://localhost:10001/account/tasks?sig=x"), TimeSpan.Zero);

        Assert.True(signal.IsSet);
    }

    [Fact]
    public async Task WakeAll_SeveralListeners_WakesAll()
    {
        using var board = Board(withFolder: false);
        var first = new WakeSignal(isOn: false);
        var second = new WakeSignal(isOn: false);
        await using var one = board.Join(Queue, first);
        await using var two = board.Join(Queue, second);

        board.WakeAll(Queue);

        Assert.True(first.IsSet && second.IsSet);
    }

    [Fact]
    public async Task NoteSent_ListenerHasLeft_WakesNobody()
    {
        using var board = Board(withFolder: false);
        var signal = new WakeSignal(isOn: true);
        await board.Join(Queue, signal).DisposeAsync();

        board.NoteSent(Queue, TimeSpan.Zero);

        Assert.False(signal.IsSet);
    }

    [Fact]
    public async Task NoteSent_ListenersOfAnotherProcess_AreWokenThroughTheirSocketsInTurn()
    {
        SkipWithoutSockets();
        using var worker = Board();
        using var sender = Board();
        var first = new WakeSignal(isOn: true);
        var second = new WakeSignal(isOn: true);
        await using var one = worker.Join(Queue, first);
        await using var two = worker.Join(Queue, second);

        sender.NoteSent(Queue, TimeSpan.Zero);
        _time.Advance(QueueListeners.GatherTime);
        sender.NoteSent(Queue, TimeSpan.Zero);

        await first.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        await second.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(first.IsSet && second.IsSet);
    }

    [Fact]
    public async Task NoteSent_TheOtherProcessIsBusy_ItPassesTheWakeOn()
    {
        SkipWithoutSockets();
        using var sender = Board();
        using var busyWorker = Board();
        var busy = new WakeSignal(isOn: true) { IsBusy = true };
        await using var one = busyWorker.Join(Queue, busy);
        sender.NoteSent(Queue, TimeSpan.Zero);
        await busy.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);

        using var idleWorker = Board();
        var idle = new WakeSignal(isOn: true);
        await using var two = idleWorker.Join(Queue, idle);
        _time.Advance(TimeSpan.FromSeconds(1));
        busy.Reset();

        // The sender may start with either; the busy one passes on what it gets.
        sender.NoteSent(Queue, TimeSpan.Zero);
        _time.Advance(QueueListeners.GatherTime);
        sender.NoteSent(Queue, TimeSpan.Zero);

        await idle.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        await busy.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(idle.IsSet);
        Assert.True(busy.IsSet);
    }

    [Fact]
    public async Task NoteSent_SocketOfADeadProcess_IsRemovedAndTheNextIsWoken()
    {
        SkipWithoutSockets();
        using var sender = Board();
        using var worker = Board();
        var signal = new WakeSignal(isOn: true);
        await using var membership = worker.Join(Queue, signal);
        var live = Assert.Single(Directory.GetFiles(_state, "*.sock", SearchOption.AllDirectories));
        var parts = Path.GetFileName(live).Split('.');
        var dead = Path.Combine(Path.GetDirectoryName(live)!, $"{parts[0]}.{int.MaxValue}.1.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(dead));
        }

        await File.WriteAllTextAsync(dead, "", TestContext.Current.CancellationToken);

        sender.NoteSent(Queue, TimeSpan.Zero);
        _time.Advance(QueueListeners.GatherTime);
        sender.NoteSent(Queue, TimeSpan.Zero);

        await signal.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(signal.IsSet);
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(live));
    }

    [Fact]
    public async Task NoteSent_FloodOfSends_NeverBlocksOrFails()
    {
        SkipWithoutSockets();
        using var sender = Board();
        using var worker = Board();
        var signal = new WakeSignal(isOn: true);
        await using var membership = worker.Join(Queue, signal);

        for (var i = 0; i < 20_000; i++)
        {
            sender.NoteSent(Queue, TimeSpan.Zero);
            _time.Advance(QueueListeners.GatherTime);
        }

        await signal.WaitAsync(HangLimit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(signal.IsSet);
        Assert.Single(Directory.GetFiles(_state, "*.sock", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Join_Disposed_TakesItsSocketAway()
    {
        SkipWithoutSockets();
        using var worker = Board();
        var membership = worker.Join(Queue, new WakeSignal(isOn: true));
        Assert.Single(Directory.GetFiles(_state, "*.sock", SearchOption.AllDirectories));

        await membership.DisposeAsync();

        Assert.Empty(Directory.GetFiles(_state, "*.sock", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Join_WakingOff_HasNoSocket()
    {
        using var worker = Board();
        await using var membership = worker.Join(Queue, new WakeSignal(isOn: false));

        Assert.Empty(Directory.GetFiles(_state, "*.sock", SearchOption.AllDirectories));
    }

    [Fact]
    public void WakeFolder_StateFolderTooDeepForASocket_IsAShortOneForAllWhoShareIt()
    {
        var deep = Path.Combine(_state, new string('d', 120));

        var folder = new WakeFolder(deep);

        Assert.True(folder.SocketPath(WakeFolder.Key(Queue), 99_999).Length <= 103);
        Assert.Equal(folder.Path, new WakeFolder(deep).Path);
        Assert.NotEqual(folder.Path, new WakeFolder(deep + "x").Path);
        Assert.Equal(Path.Combine("/tmp/s", "wake"), new WakeFolder("/tmp/s").Path);
    }

    private static void SkipWithoutSockets()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no unix datagram sockets; there, other processes' sends are found by polling.");
        }
    }

    private WakeBoard Board(bool withFolder = true) =>
        new(withFolder ? new WakeFolder(_state) : null, _time, NullLogger<WakeBoard>.Instance);
}
