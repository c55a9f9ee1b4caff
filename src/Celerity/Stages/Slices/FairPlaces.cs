namespace Celerity.Stages.Slices;

/// <summary>
/// So many places, shared fairly by runs: one that is free goes to the run that has the fewest, and among those to the one that has waited longest.
/// The bulk of large stages comes behind, but of the places that are given while it waits it has every fourth. Who is alone has all of them.
/// </summary>
/// <param name="places">How many there are.</param>
/// <param name="besideSmall">How many of them bulk has at most while small runs are at work, though nobody wants the others: at least 1.</param>
/// <param name="small">Knows of those.</param>
internal sealed class FairPlaces(int places, int besideSmall, SmallRuns small)
{
    private const int MostPassedOver = 3;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _first = new();
    private readonly LinkedList<Waiter> _bulk = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly int _all = places;
    private readonly int _beside = Math.Max(1, besideSmall);
    private int _free = places;
    private int _bulkHeld;
    private int _passedOver;

    /// <summary>Waits for a place.</summary>
    /// <returns>What gives it back.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async ValueTask<IDisposable> EnterAsync(string run, bool isBulk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Waiter> node;
        lock (_gate)
        {
            if (_free > 0 && (!isBulk || MayBulk()))
            {
                return Take(run, isBulk);
            }

            node = (isBulk ? _bulk : _first).AddLast(new Waiter(run, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await node.Value.Entered.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            // Both may have happened: then the place is there to be given back.
            if (node.Value.Entered.Task.IsCompleted)
            {
                return new Place(this, run, isBulk);
            }

            node.List!.Remove(node);
        }

        throw new OperationCanceledException(cancellationToken);
    }

    // The one that it always may have looks again, when it is left, whether others may follow.
    private bool MayBulk() => _bulkHeld < (_bulkHeld >= _beside && small.ArePresent ? _beside : _all);

    private Place Take(string run, bool isBulk)
    {
        _free--;
        _bulkHeld += isBulk ? 1 : 0;
        _held[run] = _held.GetValueOrDefault(run) + 1;
        return new Place(this, run, isBulk);
    }

    private void Leave(string run, bool isBulk)
    {
        lock (_gate)
        {
            _free++;
            _bulkHeld -= isBulk ? 1 : 0;
            if (--_held[run] == 0)
            {
                _held.Remove(run);
            }

            while (_free > 0 && Next() is { } next)
            {
                var ofBulk = next.List == _bulk;
                next.List!.Remove(next);
                _ = Take(next.Value.Run, ofBulk);
                next.Value.Entered.SetResult();
            }
        }
    }

    private LinkedListNode<Waiter>? Next()
    {
        var isBulk = _bulk.Count > 0 && MayBulk() && (_first.Count == 0 || _passedOver == MostPassedOver);
        _passedOver = isBulk || _bulk.Count == 0 ? 0 : _passedOver + 1;
        var next = (isBulk ? _bulk : _first).First;
        for (var node = next?.Next; node is not null; node = node.Next)
        {
            next = _held.GetValueOrDefault(node.Value.Run) < _held.GetValueOrDefault(next!.Value.Run) ? node : next;
        }

        return next;
    }

    private sealed record Waiter(string Run, TaskCompletionSource Entered);

    private sealed class Place(FairPlaces places, string run, bool isBulk) : IDisposable
    {
        private FairPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Leave(run, isBulk);
    }
}
