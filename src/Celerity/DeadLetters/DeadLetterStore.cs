using Celerity.Storage;
using Celerity.Wire;
using Celerity.Workers;

namespace Celerity.DeadLetters;

/// <summary>Keeps dead letters, group by group. Each change goes in one transaction with the group's figures; to make one again changes nothing.</summary>
internal sealed class DeadLetterStore(ITableStore tables, IBlobStore blobs, GroupIndex index, SeverityRules severities)
{
    /// <summary>How many letters one transaction changes, beside the figures.</summary>
    public const int MaxChanged = TableLimits.BatchRows - 1;

    private const int StripeCount = 64;

    // Each refusal means that another instance has kept letters of the group.
    private const int MaxRounds = 100;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];

    /// <summary>Keeps a message that nobody can read, with its bytes.</summary>
    public ValueTask AddUndecodableAsync(UndecodableItem item, string queue, DateTimeOffset at, CancellationToken cancellationToken) => AddAsync(
        new DeadLetterRecord
        {
            Id = item.Id,
            Kind = DeadLetterKind.Message,
            Queue = queue,
            Category = ErrorCategory.Undecodable,
            Reason = item.Reason,
            At = at,
            Host = Environment.MachineName,
            Body = item.Bytes,
        },
        cancellationToken);

    public async ValueTask AddAsync(DeadLetterRecord record, CancellationToken cancellationToken) => await AddAsync(
        await WithBodyAsync(Letter(record), record.PayloadBlob, cancellationToken).ConfigureAwait(false),
        new GroupFigures
        {
            Group = record.Key.Group,
            Kind = record.Kind,
            Category = record.Category,
            Subject = record.Subject,
            Exception = record.ExceptionType,
            Frames = record.Frames,
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Keeps a letter that was exported.</summary>
    public async ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken) => await AddAsync(
        await WithBodyAsync(letter, payloadBlob: null, cancellationToken).ConfigureAwait(false),
        new GroupFigures
        {
            Group = letter.Group,
            Kind = letter.Kind,
            Category = letter.Category,
            Subject = letter.Task ?? letter.Stage,
            Exception = letter.Failures is [.., { Type.Length: > 0 } last] ? last.Type : null,
            Frames = letter.Failures is [.., var newest] ? OwnFrames.Of(newest.Stack) : [],
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a letter with its message.</summary>
    public async ValueTask<DeadLetterRow?> FindAsync(DeadLetterKey key, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(StorageNames.DeadLettersTable, key.Group, key.RowKey, cancellationToken).ConfigureAwait(false);
        return row is null || DeadLetterRow.From(row) is not { IsGone: false } letter ? null : await WithMessageAsync(letter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a letter's message where that lies in a blob.</summary>
    public async ValueTask<DeadLetterRow> WithMessageAsync(DeadLetterRow row, CancellationToken cancellationToken)
    {
        if (row is not { BodyBlob: { } name })
        {
            return row;
        }

        try
        {
            var stream = await blobs.OpenReadAsync(StorageNames.DeadLettersContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var content = new MemoryStream();
                await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
                return row with { Letter = row.Letter with { Message = content.ToArray() } };
            }
        }
        catch (BlobGoneException)
        {
            // The storage account's lifecycle rule was faster than our own retention.
            return row;
        }
    }

    /// <summary>Changes letters of one group, all or none.</summary>
    /// <param name="rows">Up to <see cref="MaxChanged"/> letters as they were read, whole.</param>
    /// <param name="becomes">What each becomes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns><see langword="null"/> where one has changed since it was read.</returns>
    public async ValueTask<IReadOnlyList<DeadLetterRow>?> TryChangeAsync(
        IReadOnlyList<DeadLetterRow> rows, Func<DeadLetterRow, DeadLetterRow> becomes, CancellationToken cancellationToken)
    {
        var changed = rows.Select(becomes).ToList();
        var figures = default(GroupFigures);
        for (var round = 0; round < MaxRounds; round++)
        {
            var known = figures;
            figures = await FindFiguresAsync(rows[0].Letter.Group, cancellationToken).ConfigureAwait(false);
            if (figures is null || figures.ETag == known?.ETag)
            {
                return null;
            }

            var next = await index.AnnounceAsync(
                rows.Zip(changed).Aggregate(figures, (sum, pair) => sum.Moved(StateOf(pair.First), StateOf(pair.Second))), cancellationToken).ConfigureAwait(false);
            var etags = await tables.TryWriteAllAsync(
                StorageNames.DeadLettersTable, [next.ToTableRow(), .. changed.Select(row => row.ToTableRow())], cancellationToken).ConfigureAwait(false);
            if (etags is not null)
            {
                return [.. changed.Select((row, at) => row with { ETag = etags[at + 1] })];
            }
        }

        throw Contended(rows[0].Letter.Group);
    }

    /// <summary>Changes letters of any groups, by a transaction for each group or more.</summary>
    /// <returns><see langword="false"/> where one has changed since it was read; others may have been changed by then.</returns>
    public async ValueTask<bool> TryChangeAllAsync(
        IEnumerable<DeadLetterRow> rows, Func<DeadLetterRow, DeadLetterRow> becomes, CancellationToken cancellationToken)
    {
        foreach (var group in rows.GroupBy(row => row.Letter.Group, StringComparer.Ordinal))
        {
            foreach (var batch in TableBatches.Cut(group, row => row.ToTableRow()))
            {
                if (await TryChangeAsync(batch, becomes, cancellationToken).ConfigureAwait(false) is null)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Marks letters of one group as gone, with the figures: from then on nobody sees them.</summary>
    /// <param name="rows">Up to <see cref="MaxChanged"/> letters as they were read; those that are marked stay as they are.</param>
    /// <param name="action">The purge that they are marked by; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>All of them, to be dropped; <see langword="null"/> where one has changed since it was read.</returns>
    public async ValueTask<IReadOnlyList<DeadLetterRow>?> TryMarkGoneAsync(IReadOnlyList<DeadLetterRow> rows, string? action, CancellationToken cancellationToken)
    {
        var kept = rows.Where(row => !row.IsGone).ToList();
        if (kept.Count == 0)
        {
            return rows;
        }

        var marked = await TryChangeAsync(
            kept,
            row => row with { IsGone = true, Letter = row.Letter with { Failures = [], Log = [], LogDropped = 0, Message = null, Action = action ?? row.Letter.Action } },
            cancellationToken).ConfigureAwait(false);
        return marked is null ? null : [.. rows.Where(row => row.IsGone), .. marked];
    }

    /// <summary>Drops letters of one group that are marked as gone, with what they keep in blobs. What dies in between leaves marks, which the next who deletes takes along.</summary>
    /// <returns><see langword="false"/> where one was dropped by somebody else; the others are still there then.</returns>
    public async ValueTask<bool> TryDropAsync(IReadOnlyList<DeadLetterRow> gone, CancellationToken cancellationToken)
    {
        foreach (var row in gone)
        {
            await DeleteBlobsAsync(row, cancellationToken).ConfigureAwait(false);
        }

        return await tables.TryDeleteAllAsync(StorageNames.DeadLettersTable, [.. gone.Select(row => row.ToTableRow())], cancellationToken).ConfigureAwait(false);
    }

    private static DeadLetterState? StateOf(DeadLetterRow row) => row.IsGone ? null : row.Letter.State;

    private DeadLetter Letter(DeadLetterRecord record) => new()
    {
        Id = record.Key.Id,
        Group = record.Key.Group,
        Kind = record.Kind,
        SubjectId = record.Id,
        State = DeadLetterState.Open,
        Task = record.Task,
        Queue = record.Queue,
        Category = record.Category,
        Severity = severities.Of(record.Subject, record.Category),
        Reason = record.ShortReason,
        At = record.At,
        Host = record.Host,
        AppVersion = WorkerIdentity.AppVersionOfProcess,
        Attempt = record.Attempt,
        Crashes = record.Crashes,
        CorrelationId = record.CorrelationId,
        TraceId = record.TraceId,
        Run = record.Run,
        Stage = record.Stage,
        Chunk = record.Chunk,
        Size = record.Body.Length,
        FirstFailedAt = record.Failures is [var first, ..] ? first.At : null,
        LastFailedAt = record.Failures is [.., var last] ? last.At : null,
        ReplayOf = record.ReplayOf,
        Replays = record.Replays,
        Failures = [.. record.Failures.Select(failure => failure.ToPublic())],
        Log = record.Log?.Read() ?? [],
        LogDropped = record.Log?.Dropped ?? 0,
        Message = record.Body,
    };

    private async ValueTask<DeadLetterRow> WithBodyAsync(DeadLetter letter, string? payloadBlob, CancellationToken cancellationToken)
    {
        var row = new DeadLetterRow(letter, "") { PayloadBlob = payloadBlob };
        if (letter.Message is not { Length: > DeadLetterRow.MaxBodyBytes } body)
        {
            return row;
        }

        // First, so that no letter points at a blob that is not there.
        var name = $"{row.Key.Group}/{row.Key.RowKey}";
        await blobs.WriteAsync(StorageNames.DeadLettersContainer, name, body, cancellationToken).ConfigureAwait(false);
        return row with { BodyBlob = name };
    }

    // Tasks of one handler die together: those of this process that wait for each other's transaction share the next one.
    private async ValueTask AddAsync(DeadLetterRow row, GroupFigures newGroup, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)string.GetHashCode(row.Letter.Group, StringComparison.Ordinal) % StripeCount];
        var mine = new Waiting(row, newGroup);
        stripe.Add(mine);
        try
        {
            await stripe.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!mine.IsKept)
                {
                    var together = stripe.Of(mine, MaxChanged);
                    await KeepAsync([.. together.Select(waiting => waiting.Row)], newGroup, cancellationToken).ConfigureAwait(false);
                    together.ForEach(waiting => waiting.IsKept = true);
                }
            }
            finally
            {
                stripe.Gate.Release();
            }
        }
        finally
        {
            stripe.Remove(mine);
        }
    }

    private async ValueTask KeepAsync(List<DeadLetterRow> rows, GroupFigures newGroup, CancellationToken cancellationToken)
    {
        var figures = default(GroupFigures);
        for (var round = 0; round < MaxRounds; round++)
        {
            var known = figures;
            figures = await FindFiguresAsync(newGroup.Group, cancellationToken).ConfigureAwait(false) ?? newGroup;
            if (known is not null && known.ETag == figures.ETag)
            {
                // Not the figures were in the way: what is there is the same letter, kept by an earlier pass.
                rows = await MissingAsync(rows, cancellationToken).ConfigureAwait(false);
                if (rows.Count == 0)
                {
                    return;
                }
            }

            var next = await index.AnnounceAsync(rows.Aggregate(figures, (sum, row) => sum.With(row.Letter)), cancellationToken).ConfigureAwait(false);
            if (await tables.TryWriteAllAsync(
                StorageNames.DeadLettersTable, [next.ToTableRow(), .. rows.Select(row => row.ToTableRow())], cancellationToken).ConfigureAwait(false) is not null)
            {
                return;
            }
        }

        throw Contended(newGroup.Group);
    }

    private static InvalidOperationException Contended(string group) => new($"The figures of the group {group} changed {MaxRounds} times while they were written.");

    private async ValueTask<List<DeadLetterRow>> MissingAsync(List<DeadLetterRow> rows, CancellationToken cancellationToken)
    {
        var missing = new List<DeadLetterRow>();
        foreach (var row in rows)
        {
            if (await tables.FindAsync(StorageNames.DeadLettersTable, row.Key.Group, row.Key.RowKey, cancellationToken).ConfigureAwait(false) is null)
            {
                missing.Add(row);
            }
        }

        return missing;
    }

    private async ValueTask<GroupFigures?> FindFiguresAsync(string group, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.DeadLettersTable, group, DeadLetterKey.FiguresRow, cancellationToken).ConfigureAwait(false) is { } row
            ? GroupFigures.From(row, group)
            : null;

    private async ValueTask DeleteBlobsAsync(DeadLetterRow row, CancellationToken cancellationToken)
    {
        if (row.BodyBlob is { } body)
        {
            _ = await blobs.TryDeleteAsync(StorageNames.DeadLettersContainer, body, cancellationToken).ConfigureAwait(false);
        }

        if (row.PayloadBlob is { } payload)
        {
            _ = await blobs.TryDeleteAsync(StorageNames.PayloadsContainer, payload, cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed record Waiting(DeadLetterRow Row, GroupFigures Group)
    {
        public bool IsKept { get; set; }
    }

    /// <summary>Those of a few groups that wait.</summary>
    private sealed class Stripe
    {
        private readonly Lock _lock = new();
        private readonly List<Waiting> _waiting = [];

        public SemaphoreSlim Gate { get; } = new(1);

        public void Add(Waiting waiting)
        {
            lock (_lock)
            {
                _waiting.Add(waiting);
            }
        }

        public void Remove(Waiting waiting)
        {
            lock (_lock)
            {
                _waiting.Remove(waiting);
            }
        }

        /// <summary>This one and others of its group that surely fit one transaction with it. Twins wait: one row goes once into a transaction.</summary>
        public List<Waiting> Of(Waiting mine, int limit)
        {
            lock (_lock)
            {
                var together = new List<Waiting> { mine };
                var bytes = TableLimits.MostSentBytes(mine.Row.ToTableRow());
                foreach (var other in _waiting.Where(other => !other.IsKept && other.Row.Letter.Group == mine.Row.Letter.Group))
                {
                    bytes += TableLimits.MostSentBytes(other.Row.ToTableRow());
                    if (together.Count == limit || bytes > TableLimits.BatchBytes - (2 * DeadLetterRow.MaxBodyBytes))
                    {
                        break;
                    }

                    if (!together.Exists(known => known.Row.Key == other.Row.Key))
                    {
                        together.Add(other);
                    }
                }

                return together;
            }
        }
    }
}
