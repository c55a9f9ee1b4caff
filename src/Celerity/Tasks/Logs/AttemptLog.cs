using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Logs;

/// <summary>Keeps the latest that is logged while one run of a handler goes on. Safe for concurrent use.</summary>
internal sealed class AttemptLog(int attempt, LogLevel lowest, TimeProvider time)
{
    public const int MaxLines = 100;

    // 16 KiB of a row: so 85 rows that are full of it still share a transaction.
    public const int MaxChars = 8 * 1024;
    private const int MaxTextChars = 1000;
    private const int MaxExceptionChars = 2000;

    private static readonly AsyncLocal<AttemptLog?> Open = new();

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private int _chars;
    private int _dropped;
    private bool _isClosed;

    /// <summary>Gets the log of the run that the caller is part of; <see langword="null"/> outside of one.</summary>
    public static AttemptLog? Current => Open.Value;

    /// <summary>Keeps what the caller logs, and what it calls, until the result is disposed.</summary>
    public IDisposable Enter()
    {
        var left = new Left(Open.Value);
        Open.Value = this;
        return left;
    }

    public bool Takes(LogLevel level) => level >= lowest && level != LogLevel.None;

    public void Add(LogLevel level, string text, Exception? exception)
    {
        var line = TaskLog.Write(new TaskLogLine(attempt, time.GetUtcNow(), level.ToString(), text.AtMost(MaxTextChars))
        {
            Exception = exception?.ToString().AtMost(MaxExceptionChars),
        });
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _lines.Enqueue(line);
            _chars += line.Length;
            while (_lines.Count > MaxLines || _chars > MaxChars)
            {
                _chars -= _lines.Dequeue().Length;
                _dropped++;
            }
        }
    }

    /// <summary>Ends it: what a handler logs that was left behind is not kept.</summary>
    public TaskLog? Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            return TaskLog.Of(_lines, _dropped);
        }
    }

    private sealed class Left(AttemptLog? before) : IDisposable
    {
        public void Dispose() => Open.Value = before;
    }
}
