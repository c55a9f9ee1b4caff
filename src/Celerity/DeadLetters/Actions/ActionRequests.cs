using Celerity.Controls;
using Celerity.RateLimits;
using Celerity.Retry;

namespace Celerity.DeadLetters.Actions;

/// <summary>Checks what is asked for, says what it would do, and stores it.</summary>
internal sealed class ActionRequests(
    ActionStore actions,
    ActionRunner runner,
    DeadLetterScan scan,
    DeadLetterStore store,
    GroupIndex index,
    ReplayMessages messages,
    ChunkReplays chunks,
    AuditLog audit,
    TimeProvider time)
{
    private const int MaxGroups = 5000;
    private const int MaxLooked = 1000;
    private const int MaxCanary = 100;
    private const int MaxReplays = 100;
    private const int MaxSamples = 10;
    private const int MaxSteps = 20;
    private const int MaxKeyChars = 200;

    /// <summary>Replays one letter at once.</summary>
    public async Task<DeadLetterAction> ReplayAsync(DeadLetter letter, ReplayOptions options, ActionNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(note);
        if (letter.State == DeadLetterState.Replayed)
        {
            throw new CelerityException(
                ErrorCodes.NotReplayable,
                $"The letter {letter.Id} was replayed as the task {letter.ReplayedAs} at {letter.ReplayedAt:u}. If that died too, replay its own letter.");
        }

        Require(options.Canary == 0 && options.Rate is null, "A canary and a rate are for replays of many; this is of one letter.");
        if (letter.Kind == DeadLetterKind.Chunk)
        {
            await chunks.CheckAsync(letter, options.Payload is not null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _ = await messages.CheckAsync(letter, options.Payload, cancellationToken).ConfigureAwait(false);
        }

        var action = await actions.AddAsync(
            NewAction(ActionRow.Replay, new DeadLetterFilter(), note) with { Letter = letter.Id, Options = options, Expected = 1 }, cancellationToken).ConfigureAwait(false);

        // What dies here goes on within a few minutes: the action is stored.
        for (var step = 0; step < MaxSteps && !(await runner.StepAsync(action.Id, cancellationToken).ConfigureAwait(false)).IsOver; step++)
        {
        }

        return (await actions.FindAsync(action.Id, cancellationToken).ConfigureAwait(false))!.ToPublic();
    }

    public async Task<DeadLetterPreview> PreviewReplayAsync(DeadLetterFilter filter, ReplayOptions options, CancellationToken cancellationToken)
    {
        Check(filter, options);
        var open = filter with { State = DeadLetterState.Open };
        var (affected, aside, reasons) = (new List<DeadLetter>(), 0, new List<string>());
        var page = await scan.ReadAsync(open, after: null, MaxLooked, isWhole: true, cancellationToken).ConfigureAwait(false);
        foreach (var row in page.Rows)
        {
            if (row.Letter.Replays >= options.MaxReplays)
            {
                aside++;
                continue;
            }

            try
            {
                var letter = row.Letter;
                if (letter.Kind != DeadLetterKind.Chunk)
                {
                    letter = (await store.WithMessageAsync(row, cancellationToken).ConfigureAwait(false)).Letter;
                    _ = await messages.CheckAsync(letter, payload: null, cancellationToken).ConfigureAwait(false);
                }

                affected.Add(letter);
            }
            catch (CelerityException exception)
            {
                reasons.Add(exception.Message);
            }
        }

        RequireCanary(options, page.Rows.Count, page.Next is not null);
        return PreviewOf(affected, page, aside, reasons);
    }

    public async Task<DeadLetterAction> ReplayAsync(DeadLetterFilter filter, ReplayOptions options, ActionNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        Check(filter, options);
        if (options.Canary > 0)
        {
            var first = await scan.ReadAsync(filter with { State = DeadLetterState.Open }, after: null, options.Canary, isWhole: false, cancellationToken).ConfigureAwait(false);
            RequireCanary(options, first.Rows.Count, isPartial: first.Rows.Count < options.Canary && first.Next is not null);
        }

        return await AddAsync(NewAction(ActionRow.Replay, filter, note) with { Options = options }, group => group.Open, cancellationToken).ConfigureAwait(false);
    }

    public async Task<DeadLetterPreview> PreviewPurgeAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        Check(filter, new ReplayOptions());
        var page = await scan.ReadAsync(filter, after: null, MaxLooked, isWhole: false, cancellationToken).ConfigureAwait(false);
        return PreviewOf([.. page.Rows.Select(row => row.Letter)], page, 0, []);
    }

    public async Task<DeadLetterAction> PurgeAsync(DeadLetterFilter filter, ActionNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        Check(filter, new ReplayOptions());
        return await AddAsync(NewAction(ActionRow.Purge, filter, note), group => group.Kept, cancellationToken).ConfigureAwait(false);
    }

    public async Task<DeadLetterAction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return (await actions.FindAsync(id, cancellationToken).ConfigureAwait(false))?.ToPublic();
    }

    public async Task<IReadOnlyList<DeadLetterAction>> ListAsync(int limit, CancellationToken cancellationToken) =>
        [.. (await actions.ListAsync(limit, cancellationToken).ConfigureAwait(false)).Select(action => action.ToPublic())];

    public async Task<bool> CancelAsync(string id, ActionNote note, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(note);
        while (true)
        {
            var action = await actions.FindAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new CelerityException(ErrorCodes.UnknownAction, $"There is no action '{id.AtMost(MaxKeyChars)}' on dead letters.");
            if (action is { HasEnded: true } or { IsCancelling: true })
            {
                return false;
            }

            // A replay may have marked letters and not sent them, a purge and not counted them: its next step does that, and ends.
            var isAtWork = action.State == DeadLetterActionState.Running;
            var next = isAtWork ? action with { IsCancelling = true } : action.Ended(DeadLetterActionState.Cancelled, time.GetUtcNow());
            if (await actions.TryReplaceAsync(next, cancellationToken).ConfigureAwait(false) is not null)
            {
                await audit.AddAsync("deadLetters.cancel", id, note, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
    }

    private async Task<DeadLetterAction> AddAsync(ActionRow action, Func<GroupFigures, long> countOf, CancellationToken cancellationToken)
    {
        // What dies while it goes on is none of its business: a replay that fails again would go round for ever.
        var filter = action.Filter with { Before = action.Filter.Before is { } before && before < action.CreatedAt ? before : action.CreatedAt };
        var groups = await index.ListAsync(from: null, MaxGroups, cancellationToken).ConfigureAwait(false);
        var expected = groups.Where(group => DeadLetterScan.Fits(group.Figures, filter)).Sum(group => countOf(group.Figures));
        return (await actions.AddAsync(action with { Filter = filter, Expected = expected }, cancellationToken).ConfigureAwait(false)).ToPublic();
    }

    private ActionRow NewAction(string kind, DeadLetterFilter filter, ActionNote note)
    {
        var now = time.GetUtcNow();
        return new ActionRow
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Kind = kind,
            Filter = filter,
            Who = note.Who.AtMost(MaxKeyChars),
            Why = note.Why.AtMost(FailureRecord.MaxMessageChars),
            CreatedAt = now,
            TouchedAt = now,
        };
    }

    private static DeadLetterPreview PreviewOf(List<DeadLetter> affected, DeadLetterScanPage page, int aside, List<string> reasons) => new()
    {
        Matched = page.Rows.Count,
        Affected = affected.Count,
        SetAside = aside,
        Refused = reasons.Count,
        Reasons = [.. reasons.Distinct(StringComparer.Ordinal).Take(MaxSamples)],
        Tasks = affected.GroupBy(letter => letter.Task ?? letter.Stage ?? "", StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.LongCount()),
        Sample = [.. affected.Take(MaxSamples).Select(letter => letter.Id)],
        IsPartial = page.Next is not null,
    };

    private static void Check(DeadLetterFilter filter, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(options);
        Require(options.Payload is null, "A payload is for a replay of one letter; a replay of many sends each letter's own.");
        Require(options.Canary is >= 0 and <= MaxCanary, $"The canary is {options.Canary}; it must be 0 to {MaxCanary}.");
        Require(options.MaxReplays is >= 1 and <= MaxReplays, $"maxReplays is {options.MaxReplays}; it must be 1 to {MaxReplays}.");
        Require(options.Rate is null || RateLimit.TryParse(options.Rate) is not null, $"The rate is \"{options.Rate}\"; it must be {RateLimit.Rule}.");
        Require(filter.Group is null || DeadLetterKey.IsGroup(filter.Group), $"The group \"{filter.Group}\" is no group's id: 16 hex digits.");
        Require(!(filter.Since >= filter.Before), $"since is {filter.Since:u}; it must be earlier than before, {filter.Before:u}.");
    }

    private static void RequireCanary(ReplayOptions options, int found, bool isPartial) => Require(
        isPartial || options.Canary <= found, $"The canary is {options.Canary}, but only {found} open letters fit the filter. Nothing was changed.");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.BadReplay, otherwise);
        }
    }
}
