using System.Collections.Concurrent;
using Celerity.Tasks;

namespace Celerity.Workers;

/// <summary>What this process runs and has run.</summary>
internal sealed class WorkerLoad(TimeProvider time)
{
    private readonly ConcurrentDictionary<RunningTask, bool> _running = [];
    private long _run;
    private long _failed;
    private int _zombies;

    /// <summary>Gets how many attempts have ended.</summary>
    public long Run => Interlocked.Read(ref _run);

    /// <summary>Gets how many of them failed or timed out.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Gets how many handlers still run whose attempts are over: they ignored their tokens.</summary>
    public int Zombies => Volatile.Read(ref _zombies);

    /// <summary>Gets how many attempts run now.</summary>
    public int RunningCount => _running.Count;

    /// <summary>Gets what runs, the longest first.</summary>
    public IReadOnlyList<RunningTaskRecord> Running => [.. _running.Keys.OrderBy(task => task.Since).Select(task => task.ToRecord())];

    /// <summary>Counts a handler that goes on though its attempt is over.</summary>
    /// <returns>How many there are with it.</returns>
    public int AddZombie() => Interlocked.Increment(ref _zombies);

    public void RemoveZombie() => Interlocked.Decrement(ref _zombies);

    public RunningTask Begin(TaskPass pass)
    {
        var task = new RunningTask(pass.Envelope.Task, pass.Envelope.Id, pass.Row.Attempt, time);
        _running[task] = true;
        return task;
    }

    public void End(RunningTask task, bool hasFailed)
    {
        _running.TryRemove(task, out _);
        Interlocked.Increment(ref _run);
        Interlocked.Add(ref _failed, hasFailed ? 1 : 0);
    }
}
