namespace Celerity.Workers;

/// <summary>An attempt that runs in this process, and the last that it said. Safe for concurrent use.</summary>
internal sealed class RunningTask(string name, string id, int attempt, TimeProvider time)
{
    public const int MaxLines = 5;
    public const int MaxLineChars = 200;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(MaxLines);
    private double? _progress;
    private string? _message;
    private DateTimeOffset? _signAt;

    public DateTimeOffset Since { get; } = time.GetUtcNow();

    public void Report(double fraction, string? message)
    {
        lock (_gate)
        {
            (_progress, _message, _signAt) = (fraction, message, time.GetUtcNow());
        }
    }

    public void Heartbeat()
    {
        lock (_gate)
        {
            _signAt = time.GetUtcNow();
        }
    }

    public void AddLine(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line.AtMost(MaxLineChars));
        }
    }

    public RunningTaskRecord ToRecord()
    {
        lock (_gate)
        {
            return new RunningTaskRecord
            {
                Name = name,
                Id = id,
                Attempt = attempt,
                Since = Since,
                Progress = _progress,
                Message = _message,
                SignAt = _signAt,
                LastLines = [.. _lines],
            };
        }
    }
}
