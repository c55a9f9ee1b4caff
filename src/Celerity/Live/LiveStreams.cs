using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Celerity.Live;

/// <summary>The streams of events that pages read: what the whole app does every 2 seconds, and the tasks that change in this process.</summary>
internal sealed class LiveStreams(LiveViews views, TaskChanges changes, TimeProvider time)
{
    /// <summary>How many there may be at once in a process.</summary>
    public const int MostAtOnce = 20;

    /// <summary>How long one lasts; the page opens it anew. No host ends a request sooner.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(100);

    // Together at most 20 changes a second.
    private const int ChangesPerTurn = 4;
    private const int MostWaiting = 20;
    private const int TurnsPerView = 10;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);

    private int _open;

    /// <summary>Gets how many are open.</summary>
    public int OpenCount => Volatile.Read(ref _open);

    /// <summary>Takes one of the places; <see langword="false"/> where all are taken. Whoever took one gives it back by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= MostAtOnce)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>Reads one stream until its time is over.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new TaskChangeBuffer(MostWaiting);
        changes.Add(buffer);
        try
        {
            var begunAt = time.GetTimestamp();
            for (var turn = 0; time.GetElapsedTime(begunAt) < Lifetime; turn++)
            {
                if (turn % TurnsPerView == 0)
                {
                    var view = await views.ReadAsync(cancellationToken).ConfigureAwait(false);
                    yield return new SseItem<string>(CelerityJson.Write(view with { TaskEventsDropped = buffer.TakeDropped() }), "live");
                }

                for (var told = 0; told < ChangesPerTurn && buffer.TryTake() is { } change; told++)
                {
                    yield return new SseItem<string>(CelerityJson.Write(change), "task");
                }

                await Task.Delay(Turn, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            changes.Remove(buffer);
        }
    }
}
