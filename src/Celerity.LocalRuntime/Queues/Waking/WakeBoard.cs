using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Knows who listens to which queue on this machine, and wakes one of them for each message sent.</summary>
/// <remarks>Without a folder it keeps to this process.</remarks>
internal sealed class WakeBoard(WakeFolder? folder, TimeProvider time, ILogger<WakeBoard> logger) : IDisposable
{
    // A busy listener passes a wake on, but not round and round.
    private const byte MaxHops = 2;

    private static int _lastListener;

    private readonly WakeFolder? _folder = folder;
    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<string, QueueListeners> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _ownSockets = new(StringComparer.Ordinal);
    private SentMessageObserver? _observer;

    /// <summary>Lets a process that only sends wake the listeners of those that share its state folder.</summary>
    public static IDisposable WatchSends(string stateFolder)
    {
        var board = new WakeBoard(new WakeFolder(stateFolder), TimeProvider.System, NullLogger<WakeBoard>.Instance);
        board.WatchSends();
        return board;
    }

    /// <summary>Adds a listener, for this process and (where the platform can) for others, until the result is disposed.</summary>
    public IAsyncDisposable Join(Uri queue, WakeSignal signal)
    {
        var key = WakeFolder.Key(queue);
        Listeners(key).Add(signal);
        return new Membership(this, key, signal, OpenSocket(key, signal));
    }

    /// <summary>Wakes one listener of a queue, in turn, for a message that can be received after <paramref name="delay"/>.</summary>
    public void NoteSent(Uri queue, TimeSpan delay) => Listeners(WakeFolder.Key(queue)).NoteSent(delay);

    /// <summary>Wakes every listener of a queue in this process, as the host does after its own sends.</summary>
    public void WakeAll(Uri queue) => Listeners(WakeFolder.Key(queue)).WakeAll();

    /// <summary>Starts to wake a listener for each message that this process sends, until the board is disposed.</summary>
    public void WatchSends() => _observer ??= new SentMessageObserver(NoteSent);

    public void Dispose()
    {
        _observer?.Dispose();
        foreach (var listeners in _queues.Values)
        {
            listeners.Dispose();
        }
    }

    private QueueListeners Listeners(string key) => _queues.GetOrAdd(
        key,
        static (key, board) => new QueueListeners(
            board._folder is null ? null : new WakePeers(board._folder, key, board._ownSockets.ContainsKey, board._time), MaxHops, board._time),
        this);

    private WakeSocket? OpenSocket(string key, WakeSignal signal)
    {
        if (!signal.IsOn || _folder is null || OperatingSystem.IsWindows())
        {
            return null;
        }

        var path = _folder.SocketPath(key, Interlocked.Increment(ref _lastListener));
        try
        {
            Directory.CreateDirectory(_folder.Path);
            _ownSockets[path] = true;
            return new WakeSocket(path, hops =>
            {
                if (!signal.Wake() && hops > 0)
                {
                    Listeners(key).WakeOne((byte)(hops - 1));
                }
            });
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            QueueLog.NoWakeSocket(logger, path, failure);
            return null;
        }
    }

    private sealed class Membership(WakeBoard board, string key, WakeSignal signal, WakeSocket? socket) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            board.Listeners(key).Remove(signal);
            if (socket is not null)
            {
                await socket.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
