namespace Celerity.Live;

/// <summary>What one stream is still to tell: a few changes, the rest counted.</summary>
internal sealed class TaskChangeBuffer(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskChange> _changes = [];
    private int _dropped;

    public void Add(TaskChange change)
    {
        lock (_gate)
        {
            if (_changes.Count < capacity)
            {
                _changes.Enqueue(change);
            }
            else
            {
                _dropped++;
            }
        }
    }

    public TaskChange? TryTake()
    {
        lock (_gate)
        {
            return _changes.TryDequeue(out var change) ? change : null;
        }
    }

    /// <summary>Returns how many were left out since it was asked last.</summary>
    public int TakeDropped()
    {
        lock (_gate)
        {
            return (_dropped, _dropped = 0).Item1;
        }
    }
}
