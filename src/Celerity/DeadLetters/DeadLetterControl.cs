using System.Runtime.CompilerServices;
using Celerity.DeadLetters.Actions;
using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.DeadLetters;

/// <summary>Finds dead letters, and asks for replays and purges.</summary>
internal sealed class DeadLetterControl(
    DeadLetterStore store,
    DeadLetterScan scan,
    GroupIndex index,
    ActionRequests actions,
    PayloadReader payloads,
    ControlRows controls,
    TimeProvider time) : IDeadLetters
{
    private const int MaxGroups = 5000;
    private const int MaxPage = 200;
    private const int MaxIdChars = 200;
    private const int MaxTextChars = 3000;
    private const int MaxFailures = 10;

    public async Task<DeadLetterGroupPage> ListGroupsAsync(DeadLetterFilter? filter = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        RequireLimit(limit, 1000);
        var (wanted, now) = (filter ?? new DeadLetterFilter(), time.GetUtcNow());
        var entries = await index.ListAsync(from: null, MaxGroups, cancellationToken).ConfigureAwait(false);
        var groups = entries.Select(entry => entry.Figures)
            .Where(group => group.Kept > 0 && DeadLetterScan.Fits(group, wanted) && (wanted.Severity is null || group.Severity >= wanted.Severity))
            .OrderByDescending(group => group.Pain).ThenByDescending(group => group.LastSeen).ToList();
        return new DeadLetterGroupPage([.. groups.Take(limit).Select(group => group.ToPublic(now))], groups.Count, groups.Sum(group => group.Open));
    }

    public async Task<DeadLetterPage> ListAsync(
        DeadLetterFilter? filter = null, string? after = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        RequireLimit(limit, MaxPage);
        if (after is not null && !DeadLetterKey.IsCursor(after))
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, "after is no cursor. Pass 'next' of the page before, or the id of the last letter seen.");
        }

        var cursor = after is null ? (DeadLetterKey?)null : DeadLetterKey.OfCursor(after);
        var page = await scan.ReadAsync(filter ?? new DeadLetterFilter(), cursor, limit, isWhole: false, cancellationToken).ConfigureAwait(false);
        return new DeadLetterPage([.. page.Rows.Select(row => row.Letter)], page.Next?.Id);
    }

    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return await FindRowAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? await OpenAsync(row.Letter, cancellationToken).ConfigureAwait(false) : null;
    }

    public async Task<DeadLetterAction> ReplayAsync(string id, ReplayOptions options, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var row = await FindRowAsync(id, cancellationToken).ConfigureAwait(false) ?? throw Unknown(id);
        return await actions.ReplayAsync(row.Letter, options, note, cancellationToken).ConfigureAwait(false);
    }

    public Task<DeadLetterPreview> PreviewReplayAsync(DeadLetterFilter filter, ReplayOptions options, CancellationToken cancellationToken = default) =>
        actions.PreviewReplayAsync(filter, options, cancellationToken);

    public Task<DeadLetterAction> ReplayAsync(DeadLetterFilter filter, ReplayOptions options, ActionNote note, CancellationToken cancellationToken = default) =>
        actions.ReplayAsync(filter, options, note, cancellationToken);

    public Task<DeadLetterPreview> PreviewPurgeAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default) =>
        actions.PreviewPurgeAsync(filter, cancellationToken);

    public Task<DeadLetterAction> PurgeAsync(DeadLetterFilter filter, ActionNote note, CancellationToken cancellationToken = default) =>
        actions.PurgeAsync(filter, note, cancellationToken);

    public Task<DeadLetterAction?> FindActionAsync(string id, CancellationToken cancellationToken = default) => actions.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<DeadLetterAction>> ListActionsAsync(int limit = 50, CancellationToken cancellationToken = default)
    {
        RequireLimit(limit, MaxPage);
        return actions.ListAsync(limit, cancellationToken);
    }

    public Task<bool> CancelActionAsync(string id, ActionNote note, CancellationToken cancellationToken = default) =>
        actions.CancelAsync(id, note, cancellationToken);

    public async IAsyncEnumerable<DeadLetter> ExportAsync(DeadLetterFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (DeadLetterKey? cursor = null; ;)
        {
            var page = await scan.ReadAsync(filter ?? new DeadLetterFilter(), cursor, MaxPage, isWhole: true, cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows)
            {
                yield return (await store.WithMessageAsync(row, cancellationToken).ConfigureAwait(false)).Letter;
            }

            if ((cursor = page.Next) is null)
            {
                yield break;
            }
        }
    }

    public async Task<long> ImportAsync(IAsyncEnumerable<DeadLetter> letters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letters);
        var count = 0L;
        await foreach (var letter in letters.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (FindFault(letter) is { } fault)
            {
                throw new CelerityException(ErrorCodes.BadDeadLetter, $"The letter {count} (from 0) cannot be kept: {fault}. Those before it are kept.");
            }

            await store.AddAsync(letter, cancellationToken).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    public static CelerityException Unknown(string id) => new(
        ErrorCodes.UnknownDeadLetter, $"There is no dead letter '{id.AtMost(MaxIdChars)}'. It was purged, or is older than letters are kept.");

    private static string? FindFault(DeadLetter? letter) => letter switch
    {
        null => "it is null",
        { SubjectId.Length: 0 or > TaskEnvelope.MaxIdChars } => $"its subjectId has {letter.SubjectId.Length} characters; it must be 1 to {TaskEnvelope.MaxIdChars}",
        _ when !DeadLetterKey.IsGroup(letter.Group) => "its group is no group's id",
        { Message: null } => "it has no message",
        { Message.Length: > MessageCodec.MaxMessageBytes } => $"its message has {letter.Message.Value.Length} bytes; the limit is {MessageCodec.MaxMessageBytes}",
        _ when LongestText(letter) is > MaxTextChars and var chars => $"one of its texts has {chars} characters; the limit is {MaxTextChars}",
        { Failures.Count: > MaxFailures } => $"it has {letter.Failures.Count} failures; the limit is {MaxFailures}",
        _ when letter.At.Year < 2000 => $"it ended at {letter.At:u}",
        _ => null,
    };

    private static int LongestText(DeadLetter letter) =>
        new[]
        {
            letter.Task, letter.Queue, letter.Reason, letter.Host, letter.AppVersion, letter.CorrelationId, letter.TraceId, letter.Run, letter.Stage, letter.ReplayOf,
            letter.ReplayedAs, letter.Action,
        }
        .Concat(letter.Failures.SelectMany(failure => new[] { failure.Type, failure.Message, failure.Host, failure.Stack }))
        .Max(text => text?.Length ?? 0);

    private async ValueTask<DeadLetterRow?> FindRowAsync(string id, CancellationToken cancellationToken)
    {
        if (DeadLetterKey.TryParse(id) is { } key && await store.FindAsync(key, cancellationToken).ConfigureAwait(false) is { } letter)
        {
            return letter;
        }

        // Of a task: the key follows from its end.
        return id.Length <= TaskEnvelope.MaxIdChars
            && await controls.FindAsync(TaskKeys.ControlOf(id), cancellationToken).ConfigureAwait(false) is { State: TaskState.DeadLettered, Ending: { } ending } row
                ? await store.FindAsync(KeyOf(id, row, ending), cancellationToken).ConfigureAwait(false)
                : null;
    }

    private static DeadLetterKey KeyOf(string id, ControlRow row, Ending ending) => new DeadLetterRecord
    {
        Id = id,
        Kind = DeadLetterKind.Task,
        Task = row.Subject,
        Queue = "",
        Category = ending.Category ?? ErrorCategory.Permanent,
        Reason = ending.Reason ?? "",
        At = ending.At,
        Host = ending.Host,
        Body = default,
        Failures = row.Failures,
    }.Key;

    private async ValueTask<DeadLetter> OpenAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (letter is not { Kind: DeadLetterKind.Task, Message: { } message } || MessageCodec.Decode(message, letter.SubjectId) is not { Tasks: [var envelope] })
        {
            return letter;
        }

        try
        {
            return letter with { Headers = envelope.Headers, Payload = await payloads.ReadAsync(envelope, cancellationToken).ConfigureAwait(false) };
        }
        catch (CelerityException)
        {
            // It cannot be read any more, which the letter says by having none.
            return letter with { Headers = envelope.Headers };
        }
    }

    private static void RequireLimit(int limit, int most)
    {
        if (limit < 1 || limit > most)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"limit is {limit}; it must be 1 to {most}.");
        }
    }
}
