using Celerity.Controls;

namespace Celerity.Runs;

/// <summary>Tells of runs, for code and HTTP alike.</summary>
internal sealed class RunResults(RunStore runs, RunEnds ends, RunViews views, ControlBoard board, IShownRequests requests) : IRunResults
{
    private const int MaxListed = 200;

    public async Task<RunView?> FindAsync(string run, CancellationToken cancellationToken = default) =>
        RunKey.IsId(run) && await views.FindAsync(run, cancellationToken).ConfigureAwait(false) is { } view ? requests.Mask(view) : null;

    public async Task<RunView?> WaitAsync(string run, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (RunKey.IsId(run))
        {
            await ends.WaitAsync(run, timeout, cancellationToken).ConfigureAwait(false);
        }

        return await FindAsync(run, cancellationToken).ConfigureAwait(false);
    }

    public async Task<RunPage> ListAsync(RunFilter? filter = null, string? after = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > MaxListed)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"limit is {limit}; it must be 1 to {MaxListed}.");
        }

        if (after is not null && !RunKey.IsId(after))
        {
            throw RunStore.Unknown();
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return await runs.ListAsync(filter ?? new RunFilter(), after, limit, cancellationToken, controls).ConfigureAwait(false);
    }
}
