using System.Security.Cryptography;
using System.Text;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Where the listeners of all processes on this machine that share a state folder can be reached, and under which names.</summary>
internal sealed class WakeFolder
{
    // A unix socket's path ends at 104 bytes on macOS and 108 on Linux; the rest is for the file name.
    private const int MaxFolderBytes = 103 - 50;

    public WakeFolder(string stateFolder)
    {
        var full = System.IO.Path.GetFullPath(stateFolder);
        var beside = System.IO.Path.Combine(full, "wake");
        Path = Encoding.UTF8.GetByteCount(beside) <= MaxFolderBytes
            ? beside
            : System.IO.Path.Combine(System.IO.Path.GetTempPath(), "wake-" + Hash(full));
    }

    public string Path { get; }

    /// <summary>Names a queue by what all its clients have in common, whatever token or spelling of loopback they use.</summary>
    public static string Key(Uri queue)
    {
        var host = queue.Host == "localhost" ? "127.0.0.1" : queue.Host;
        return $"{host}:{queue.Port}{queue.AbsolutePath}";
    }

    public string SocketPath(string queueKey, int listener) =>
        System.IO.Path.Combine(Path, $"{Hash(queueKey)}.{Environment.ProcessId}.{listener}.sock");

    public IEnumerable<string> FindSockets(string queueKey) =>
        Directory.Exists(Path) ? Directory.EnumerateFiles(Path, Hash(queueKey) + ".*.sock") : [];

    /// <summary>Reads the process id out of a socket's name.</summary>
    public static int? FindProcessId(string socketPath) =>
        int.TryParse(System.IO.Path.GetFileName(socketPath).Split('.') is [_, var id, ..] ? id : null, out var value) ? value : null;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
