namespace Celerity.Stages.Slices;

/// <summary>
/// So many places, shared fairly by runs: one that is free goes to the run that has the fewest, and among those to the one that has waited longest.
/// A run that is alone has all of them.
/// </summary>
internal sealed class FairPlaces(int places)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(string Run, TaskCompletionSource Entered)> _waiting = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private int _free = places;

    /// <summary>Waits for a place.</summary>
    /// <returns>What gives it back.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async ValueTask<IDisposable> EnterAsync(string run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<(string Run, TaskCompletionSource Entered)> node;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return Take(run);
            }

            node = _waiting.AddLast((run, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await node.Value.Entered.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            // Both may have happened: then the place is there to be given back.
            if (node.Value.Entered.Task.IsCompleted)
            {
                return new Place(this, run);
            }

            _waiting.Remove(node);
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private Place Take(string run)
    {
        _held[run] = _held.GetValueOrDefault(run) + 1;
        return new Place(this, run);
    }

    private void Leave(string run)
    {
        lock (_gate)
        {
            if (--_held[run] == 0)
            {
                _held.Remove(run);
            }

            if (_waiting.Count == 0)
            {
                _free++;
                return;
            }

            var next = _waiting.First!;
            for (var node = next.Next; node is not null; node = node.Next)
            {
                next = _held.GetValueOrDefault(node.Value.Run) < _held.GetValueOrDefault(next.Value.Run) ? node : next;
            }

            _waiting.Remove(next);
            _ = Take(next.Value.Run);
            next.Value.Entered.SetResult();
        }
    }

    private sealed class Place(FairPlaces places, string run) : IDisposable
    {
        private FairPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Leave(run);
    }
}
