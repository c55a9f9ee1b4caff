using System.Net.Sockets;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>The socket by which other processes wake one listener.</summary>
internal sealed class WakeSocket : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly string _path;
    private readonly Action<byte> _received;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="path">Where to listen; what lies there is replaced.</param>
    /// <param name="received">Gets the number of times that the wake may be passed on.</param>
    /// <exception cref="SocketException">The platform has no such sockets, or the path cannot be used.</exception>
    public WakeSocket(string path, Action<byte> received)
    {
        _path = path;
        _received = received;
        File.Delete(path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _loop = ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _socket.Dispose();
        _stopping.Dispose();
        File.Delete(_path);
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[1];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token).ConfigureAwait(false);
                _received(length == 1 ? buffer[0] : (byte)0);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (SocketException)
        {
            // The socket is unusable from here on; polling finds what it would have announced.
        }
    }
}
