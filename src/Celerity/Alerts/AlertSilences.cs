using Celerity.Controls;
using Celerity.Tasks.Sending;

namespace Celerity.Alerts;

/// <summary>The silences. They lie on the board, so that one and its audit record are stored together, and reading them costs nothing of their own.</summary>
internal sealed class AlertSilences(ControlStore store, ControlBoard board, AuditLog audit, AlertRules rules, TimeProvider time)
{
    public const int MostMinutes = 43_200;

    private const int MostAtOnce = 100;
    private const int MaxSubjectChars = 500;
    private const int MaxIdChars = 64;

    /// <summary>Lists those in force, the one that ends first in front.</summary>
    public async ValueTask<IReadOnlyList<AlertSilence>> ListAsync(CancellationToken cancellationToken) => ListOf(await board.GetAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Adds one.</summary>
    /// <exception cref="CelerityException">CEL0308: there is no such rule, or a value is out of its range; CEL0338: there are too many.</exception>
    public async ValueTask<AlertSilence> AddAsync(string? rule, string? subject, int minutes, ActionNote note, CancellationToken cancellationToken)
    {
        var known = rule is null ? null : rules.Find(rule) ?? throw Wrong($"rule must be one of {string.Join(", ", rules.All.Select(each => each.Name))}");
        if (subject is { Length: 0 or > MaxSubjectChars })
        {
            throw Wrong($"subject must have 1 to {MaxSubjectChars} characters");
        }

        if (minutes is < 1 or > MostMinutes)
        {
            throw Wrong($"minutes must be 1 to {MostMinutes}, which is 30 days");
        }

        if (ListOf(await board.RefreshAsync(cancellationToken).ConfigureAwait(false)).Count >= MostAtOnce)
        {
            throw new CelerityException(ErrorCodes.TooManySilences, $"There are {MostAtOnce} silences already. Lift some, or silence a rule as a whole.");
        }

        var now = time.GetUtcNow();
        var silence = new AlertSilence(TaskIds.New(now).ToString("N"), known?.Name, subject, now.AddMinutes(minutes), note.Who, note.Why);
        await store.ChangeAsync(
            ControlKind.Silence, silence.Id, _ => CelerityJson.Write(silence), (_, value) => audit.NewRow("alert.silence", silence.Id, note, value), refills: [], cancellationToken).ConfigureAwait(false);
        await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return silence;
    }

    /// <summary>Ends one before its time.</summary>
    /// <exception cref="CelerityException">CEL0337: there is no such silence.</exception>
    public async ValueTask EndAsync(string id, ActionNote note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isEnded = id.Length <= MaxIdChars && await store.ChangeAsync(
            ControlKind.Silence,
            id,
            entry => entry?.Read<AlertSilence>() is { } silence && silence.Until > now ? CelerityJson.Write(silence with { Until = now }) : null,
            (was, _) => audit.NewRow("alert.unsilence", id, note, was),
            refills: [],
            cancellationToken).ConfigureAwait(false);
        if (!isEnded)
        {
            throw new CelerityException(ErrorCodes.UnknownSilence, $"There is no silence '{id.AtMost(MaxIdChars)}' in force. GET /api/alerts lists them.");
        }

        await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets those that have ended: the audit has them.</summary>
    public async ValueTask DropEndedAsync(CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in controls.Entries.Where(entry => entry.Kind == ControlKind.Silence && entry.Read<AlertSilence>().Until <= time.GetUtcNow()))
        {
            await store.TryDeleteAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CelerityException Wrong(string rule) => new(ErrorCodes.SettingOutOfRange, $"{rule}. Nothing was silenced.");

    private IReadOnlyList<AlertSilence> ListOf(ControlSnapshot controls) => [.. controls.Entries
        .Where(entry => entry.Kind == ControlKind.Silence)
        .Select(entry => entry.Read<AlertSilence>())
        .Where(silence => silence.Until > time.GetUtcNow())
        .OrderBy(silence => silence.Until)];
}
