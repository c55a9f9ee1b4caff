using System.Diagnostics;
using System.Net.Sockets;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>The listeners of one queue in other processes.</summary>
internal sealed class WakePeers(WakeFolder folder, string queueKey, Func<string, bool> isOwn, TimeProvider time) : IDisposable
{
    // A listener that starts polls at once, so that nothing is late when its socket is found late.
    private static readonly TimeSpan ListingLifetime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Socket> _sockets = [];
    private long? _listedAt;
    private string[] _paths = [];

    /// <summary>Gets how many there are, as of the last second.</summary>
    public int Count()
    {
        if (_listedAt is not { } listedAt || time.GetElapsedTime(listedAt) >= ListingLifetime)
        {
            _listedAt = time.GetTimestamp();
            _paths = [.. folder.FindSockets(queueKey).Where(path => !isOwn(path)).Order(StringComparer.Ordinal)];
            foreach (var gone in _sockets.Keys.Except(_paths).ToList())
            {
                Drop(gone);
            }
        }

        return _paths.Length;
    }

    /// <summary>Sends a wake to one of them; false when it cannot be reached.</summary>
    public bool TryWake(int index, byte hops)
    {
        var path = _paths[index];
        try
        {
            if (!_sockets.TryGetValue(path, out var socket))
            {
                socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
                _sockets[path] = socket;
                socket.Connect(new UnixDomainSocketEndPoint(path));
            }

            socket.Send([hops], SocketFlags.None, out var error);

            // A full buffer holds wakes that were not yet taken: one more would say nothing new.
            if (error is SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                return true;
            }
        }
        catch (SocketException)
        {
            // Nobody listens there.
        }

        Drop(path);
        RemoveDead(path);
        return false;
    }

    public void Dispose()
    {
        foreach (var path in _sockets.Keys.ToList())
        {
            Drop(path);
        }
    }

    private void Drop(string path)
    {
        if (_sockets.Remove(path, out var socket))
        {
            socket.Dispose();
        }
    }

    private static void RemoveDead(string path)
    {
        if (WakeFolder.FindProcessId(path) is { } id && !IsRunning(id))
        {
            File.Delete(path);
        }
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
