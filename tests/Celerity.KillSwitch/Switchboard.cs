namespace Celerity.KillSwitch;

/// <summary>What a test tells a process that it has started: a file <c>armed</c> says where to kill it, and <c>calls</c> lists where it could have been since.</summary>
/// <remarks>A file, because it must be armed at a moment: when the process has started, and has finished what the one before it left.</remarks>
internal sealed class Switchboard(string folder)
{
    // No call, but the orchestrations have moved on: what is before it is not the same as what is after it.
    private const string Committed = "commit";

    private readonly string _armed = Path.Combine(folder, "armed");
    private readonly string _calls = Path.Combine(folder, "calls");

    // Each transaction of the orchestrations' store writes to it.
    private readonly FileInfo _journal = new(Path.Combine(folder, "Celerity.db-wal"));
    private (long Length, DateTime At) _committed;
    private string? _text;
    private KillPoint? _target;

    public bool IsArmed => _text is not null;

    /// <summary>Reads the file again; tells whether the test has armed, disarmed or changed it.</summary>
    public bool HasChanged()
    {
        var text = File.Exists(_armed) ? File.ReadAllText(_armed) : null;
        if (text == _text)
        {
            return false;
        }

        _text = text;
        _target = text is null ? null : KillPoint.Parse(text);
        return true;
    }

    public bool IsTarget(StorageCall call, int occurrence, bool before) =>
        _target is { } target && target.Before == before && target.Occurrence == occurrence && target.Call == call.Signature;

    public void Log(StorageCall call, int occurrence, bool hasBefore)
    {
        var point = $"{call.Signature}|{occurrence}|";
        Log((HasCommitted() ? $"{Committed}\n" : "") + (hasBefore ? point + "before\n" : "") + point + "after");
    }

    public void Log(string line) => File.AppendAllText(_calls, line + "\n");

    private bool HasCommitted()
    {
        _journal.Refresh();
        var committed = _journal.Exists ? (_journal.Length, _journal.LastWriteTimeUtc) : default;
        var hasCommitted = committed != _committed;
        _committed = committed;
        return hasCommitted;
    }
}
