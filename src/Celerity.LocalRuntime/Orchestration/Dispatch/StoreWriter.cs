using System.Collections.Concurrent;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Gathers writes that come while another is made into one transaction. Whoever comes first writes for all.</summary>
/// <param name="transact">Makes one transaction of what it is given.</param>
internal sealed class StoreWriter(Action<Action> transact)
{
    // A transaction that takes long keeps other processes from theirs.
    private const int LargestGroup = 100;

    private readonly ConcurrentQueue<PendingWrite> _waiting = new();
    private int _isWriting;

    /// <summary>Returns what <paramref name="write"/> returns or throws, once its transaction is stored.</summary>
    public Task<bool> WriteAsync(Func<bool> write)
    {
        var pending = new PendingWrite(write);
        _waiting.Enqueue(pending);
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            try
            {
                WriteGroup();
            }
            finally
            {
                // A full fence: a plain write could be seen after the look at what waits, and who came between would wait for a writer that has gone.
                Interlocked.Exchange(ref _isWriting, 0);
            }
        }

        return pending.Done.Task;
    }

    private void WriteGroup()
    {
        var group = new List<PendingWrite>();
        while (group.Count < LargestGroup && _waiting.TryDequeue(out var next))
        {
            group.Add(next);
        }

        Exception? lost = null;
        try
        {
            transact(() => group.ForEach(write => write.Run()));
        }
#pragma warning disable CA1031 // Told to each whose write it was.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lost = exception;
        }

        group.ForEach(write => write.Finish(lost));
    }

    private sealed class PendingWrite(Func<bool> write)
    {
        private bool _result;
        private Exception? _failure;

        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            try
            {
                _result = write();
            }
#pragma warning disable CA1031 // Told to whoever made it; the group goes on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = exception;
            }
        }

        public void Finish(Exception? lost)
        {
            if ((_failure ?? lost) is { } failure)
            {
                Done.SetException(failure);
            }
            else
            {
                Done.SetResult(_result);
            }
        }
    }
}
