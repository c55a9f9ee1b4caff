using Celerity.Storage;

namespace Celerity.Figures;

/// <summary>What was measured last, as this process knows it.</summary>
internal sealed class FigureBoard(ITableStore tables, TimeProvider time)
{
    /// <summary>How old what is told may be: what nobody measures any more is not told as if it held.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(3);

    // Longer than a scrape's timeout, shorter than its interval.
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(10);

    private volatile AppFigures? _latest;
    private DateTimeOffset _readAt;

    /// <summary>Gets what was measured last; <see langword="null"/> where nothing was for <see cref="LongestAge"/>.</summary>
    public AppFigures? Latest => _latest is { } latest && AgeOf(latest) <= LongestAge ? latest : null;

    public TimeSpan AgeOf(AppFigures figures) => time.GetUtcNow() - figures.At;

    public void Set(AppFigures figures) => _latest = figures;

    /// <summary>Reads what another instance may have measured, for who is about to tell it: one request, at most every 10 seconds.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _readAt >= ReadInterval)
        {
            _readAt = now;
            _latest = await AppFigures.FindAsync(tables, cancellationToken).ConfigureAwait(false) ?? _latest;
        }
    }
}
