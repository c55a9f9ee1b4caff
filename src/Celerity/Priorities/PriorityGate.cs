using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Priorities;

/// <summary>
/// Lets so many tasks run at once in this process, those of the high queue first, then the default one's and those of the app's own queues, then the
/// low one's. Of each that waits at least one in ten is let in, whatever waits before it.
/// </summary>
/// <remarks>It matters where all queues share one instance. On a plan where each function has instances of its own, priority is separate pools.</remarks>
internal sealed class PriorityGate(WorkerOptions options)
{
    private const int Classes = 3;
    // Both lower ones may be due at once: then one of them is passed over once more.
    private const int MostPassedOver = 8;

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource>[] _waiting = [new(), new(), new()];
    private readonly int[] _passedOver = new int[Classes];
    private int _running;

    /// <summary>Waits for a place.</summary>
    /// <returns>What gives the place back; <see langword="null"/> where <paramref name="stopping"/> has fired.</returns>
    public async ValueTask<IDisposable?> TryEnterAsync(string queue, CancellationToken stopping)
    {
        var waiting = _waiting[ClassOf(queue)];
        if (stopping.IsCancellationRequested)
        {
            return null;
        }

        LinkedListNode<TaskCompletionSource> node;
        lock (_gate)
        {
            if (_running < options.Concurrency)
            {
                _running++;
                return new Place(this);
            }

            node = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await node.Value.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (node.Value.Task.IsCompleted)
            {
                return new Place(this);
            }

            waiting.Remove(node);
            return null;
        }
    }

    private static int ClassOf(string queue) => queue switch
    {
        StorageNames.HighQueue => 0,
        StorageNames.LowQueue => 2,
        _ => 1,
    };

    // The place goes on to who is next, if there is one.
    private void Leave()
    {
        lock (_gate)
        {
            var next = Next();
            if (next < 0)
            {
                _running--;
                return;
            }

            for (var other = 0; other < Classes; other++)
            {
                _passedOver[other] = other == next || _waiting[other].Count == 0 ? 0 : _passedOver[other] + 1;
            }

            var node = _waiting[next].First!;
            _waiting[next].Remove(node);
            node.Value.SetResult();
        }
    }

    private int Next()
    {
        var first = -1;
        for (var at = Classes - 1; at >= 0; at--)
        {
            if (_waiting[at].Count == 0)
            {
                continue;
            }

            if (_passedOver[at] >= MostPassedOver)
            {
                return at;
            }

            first = at;
        }

        return first;
    }

    private sealed class Place(PriorityGate gate) : IDisposable
    {
        private PriorityGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}
