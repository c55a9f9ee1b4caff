using Celerity.Handover;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Claims the tasks of one delivery, those of a pack together, and gives the claims up where the delivery fails.</summary>
internal sealed partial class TaskClaims(TaskRegistry registry, ControlRows rows, TaskSettlement settlement, ILogger<TaskClaims> logger)
{
    /// <summary>Claims tasks. What has ended gets its effects repeated, what goes on elsewhere is dropped.</summary>
    /// <returns>The passes that may run: each holds its claim, or its task needs none.</returns>
    public async ValueTask<IReadOnlyList<TaskPass>> ClaimAsync(IReadOnlyList<TaskPass> passes, CancellationToken cancellationToken)
    {
        var together = passes.Count > 1 ? passes.Where(pass => MustClaim(pass) && ControlRows.IsFirst(pass.Stamp)).ToList() : [];
        var stored = together.Count > 1
            ? await rows.TryWriteAllAsync([.. together.Select(First)], cancellationToken).ConfigureAwait(false)
            : [];
        var held = new Dictionary<string, ControlRow?>(stored.Count);
        for (var at = 0; at < stored.Count; at++)
        {
            held[together[at].Id] = stored[at];
        }

        var claimed = new List<TaskPass>(passes.Count);
        foreach (var pass in passes)
        {
            if (!MustClaim(pass))
            {
                claimed.Add(pass);
            }
            else if ((held.GetValueOrDefault(pass.Id) ?? await ClaimAsync(pass, cancellationToken).ConfigureAwait(false)) is { } row)
            {
                claimed.Add(pass with { Held = row });
            }
        }

        return claimed;
    }

    /// <summary>Gives up what the passes have claimed and not settled. Storage has failed and the delivery comes again: that is no crash.</summary>
    public async ValueTask TryReleaseAsync(IEnumerable<TaskPass> passes)
    {
        foreach (var pass in passes.Where(MustClaim))
        {
            try
            {
                await rows.ReleaseAsync(pass.Key, pass.Id, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // What failed first is what counts; a claim that stands is no more than a crash too many.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // Nor are the others worth a wait each: storage is down.
                LogNotReleased(logger, pass.Envelope.Task, pass.Envelope.Id, exception);
                return;
            }
        }
    }

    private async ValueTask<ControlRow?> ClaimAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        var claim = await rows.ClaimAsync(pass.Key, pass.Stamp, pass.Fresh, pass.Id, cancellationToken).ConfigureAwait(false);
        if (claim.Verdict == DeliveryVerdict.Claim)
        {
            return claim.Row;
        }

        if (claim.Verdict == DeliveryVerdict.RepeatEffects)
        {
            await settlement.RepeatEffectsAsync(pass, claim.Row!, cancellationToken).ConfigureAwait(false);
        }

        LogDropped(logger, pass.Envelope.Task, pass.Envelope.Id, claim.Verdict);
        return null;
    }

    // Untracked tasks run unclaimed while all is well. A second delivery means that something broke: from then on crashes are counted.
    private bool MustClaim(TaskPass pass) =>
        registry.TrackingOf(pass.Envelope.Task) == TaskTracking.Full
        || !ControlRows.IsFirst(pass.Stamp)
        || pass.Envelope.Reserved
        || pass.Envelope.IdempotencyKey is not null;

    private static ControlWrite First(TaskPass pass) => new(pass.Key, ControlRows.Claimed(pass.Fresh, pass.Stamp, pass.Id), Over: null);

    [LoggerMessage(2021, LogLevel.Debug, "A delivery of task {Task} {Id} was dropped ({Verdict})")]
    private static partial void LogDropped(ILogger logger, string task, string id, DeliveryVerdict verdict);

    [LoggerMessage(2022, LogLevel.Warning, "Storage failed and the claims of task {Task} {Id} and of those behind it in its message could not be given up; their next delivery counts a crash")]
    private static partial void LogNotReleased(ILogger logger, string task, string id, Exception exception);
}
