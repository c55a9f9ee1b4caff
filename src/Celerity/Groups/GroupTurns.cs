namespace Celerity.Groups;

/// <summary>
/// Counts of one group take turns within a process, and all that wait share the next: what tasks that end at once would each ask for is asked once.
/// Processes do not wait for each other; counting twice does no harm.
/// </summary>
internal sealed class GroupTurns
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Has pages counted, by this call or by another that starts to count after it was made. When it returns, they are.</summary>
    public async ValueTask TakeAsync(string group, IEnumerable<EndedPage> pages, Func<IReadOnlyList<EndedPage>, ValueTask> countAsync)
    {
        Turn? turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(group, out turn))
            {
                _turns.Add(group, turn = new Turn());
            }

            turn.Calls++;
            turn.Pages.UnionWith(pages);
        }

        await turn.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await CountAsync(turn, countAsync).ConfigureAwait(false);
        }
        finally
        {
            turn.Gate.Release();
            lock (_turns)
            {
                if (--turn.Calls == 0)
                {
                    _turns.Remove(group);
                    turn.Gate.Dispose();
                }
            }
        }
    }

    private async ValueTask CountAsync(Turn turn, Func<IReadOnlyList<EndedPage>, ValueTask> countAsync)
    {
        List<EndedPage> pages;
        lock (_turns)
        {
            pages = [.. turn.Pages];
            turn.Pages.Clear();
        }

        if (pages.Count == 0)
        {
            return;
        }

        try
        {
            await countAsync(pages).ConfigureAwait(false);
        }
        catch
        {
            // Left to the next in turn, who may have brought some of them.
            lock (_turns)
            {
                turn.Pages.UnionWith(pages);
            }

            throw;
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public HashSet<EndedPage> Pages { get; } = [];

        public int Calls { get; set; }
    }
}
