using System.Runtime.CompilerServices;
using Celerity.Controls;
using Celerity.Stages;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>The rows of runs and their stages in <c>CelerityRuns</c>.</summary>
internal sealed class RunStore(ITableStore tables, KnownRuns known)
{
    // Older rows have mostly been changed since: to begin with one would cost a request more.
    private static readonly TimeSpan ChangedFrom = TimeSpan.FromSeconds(10);

    private const int MaxLooked = 20_000;
    private const int MaxMoves = 20;

    /// <summary>What is told of a run that is not there.</summary>
    public static CelerityException Unknown() => new(ErrorCodes.UnknownRun, "There is no run of that id. GET /api/runs lists the runs.");

    public async ValueTask<bool> TryInsertAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var at = known.Now;
        if (await tables.TryInsertAsync(StorageNames.RunsTable, run.ToRow(), cancellationToken).ConfigureAwait(false) is not { } etag)
        {
            return false;
        }

        known.Keep(run with { ETag = etag }, at);
        return true;
    }

    public async ValueTask<RunRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var (key, at) = (RunKey.For(id), known.Now);
        var row = await tables.FindAsync(StorageNames.RunsTable, key.Partition, key.Row, cancellationToken).ConfigureAwait(false);
        return row is null ? null : Keep(RunRecord.From(row), at);
    }

    /// <inheritdoc cref="KnownRuns.Find"/>
    public (DateTimeOffset At, RunRecord Run)? FindKnown(string id, TimeSpan age) => known.Find(id, age);

    /// <summary>Reads a run, its generations and their stages in one request; <see langword="null"/> where there is no such run.</summary>
    public async ValueTask<RunDetails?> FindWithStagesAsync(string id, CancellationToken cancellationToken)
    {
        var (key, at) = (RunKey.For(id), known.Now);
        var query = new TableQuery(key.Partition) { RowKeyFrom = key.Row, RowKeyBefore = key.GenerationsEnd };
        RunRecord? run = null;
        var generations = new List<RunGeneration>();
        var stages = new List<StageRecord>();
        await foreach (var row in tables.QueryAsync(StorageNames.RunsTable, query, cancellationToken).ConfigureAwait(false))
        {
            if (row.RowKey == key.Row)
            {
                run = Keep(RunRecord.From(row), at);
            }
            else if (!row.RowKey.Contains('.', StringComparison.Ordinal))
            {
                generations.Add(RunGeneration.From(row));
            }
            else
            {
                stages.Add(StageRecord.From(id, row));
            }
        }

        return run is null ? null : new RunDetails(run, generations, stages);
    }

    /// <summary>Lists runs, the newest first, by at most some 20 requests: a page may be short and have a next one all the same.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The id of the run behind which to go on, or <see langword="null"/>.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="controls">The board, which says what runs are suspended; <see langword="null"/> to look at their rows alone.</param>
    public async ValueTask<RunPage> ListAsync(RunFilter filter, string? after, int limit, CancellationToken cancellationToken, ControlSnapshot? controls = null)
    {
        var from = after is null ? (RunKey?)null : RunKey.For(after);
        if (filter.Before is { } before && RunKey.Before(before) is var bound && (from is null || IsBehind(bound, from.Value)))
        {
            from = bound;
        }
        else if (from is { } last)
        {
            from = last with { Row = last.RowEnd };
        }

        var runs = new List<RunSummary>();
        var end = filter.Since is { } since ? RunKey.Before(since) : (RunKey?)null;
        var looked = 0;
        await foreach (var row in RowsAsync(from, cancellationToken).ConfigureAwait(false))
        {
            if (row.RowKey.Contains(':', StringComparison.Ordinal))
            {
                looked++;
                continue;
            }

            if (runs.Count == limit || looked >= MaxLooked)
            {
                return new RunPage(runs, after);
            }

            looked++;
            if (end is { } oldest && IsBehind(new RunKey(row.PartitionKey, row.RowKey), oldest))
            {
                break;
            }

            var run = RunSummaries.From(row).With(controls);
            after = run.Id;
            if (filter.Fits(run))
            {
                runs.Add(run);
            }
        }

        return new RunPage(runs, null);
    }

    /// <summary>Lists runs that have not ended, the newest first, among so many of the newest rows: a request for each thousand.</summary>
    public async ValueTask<IReadOnlyList<RunSummary>> ListActiveAsync(int maxRows, CancellationToken cancellationToken) => await RowsAsync(null, cancellationToken)
        .Take(maxRows)
        .Where(row => !row.RowKey.Contains(':', StringComparison.Ordinal))
        .Select(RunSummaries.From)
        .Where(run => !run.State.IsEnd())
        .ToListAsync(cancellationToken)
        .ConfigureAwait(false);

    // The rest of the first month, and then those before it: they sort the newest first.
    private async IAsyncEnumerable<TableRow> RowsAsync(RunKey? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var months = new TableQuery(null) { PartitionKeyFrom = from?.Partition + (from is null ? "" : "!"), Select = RunSummaries.Columns };
        if (from is { } start)
        {
            var rest = new TableQuery(start.Partition) { RowKeyFrom = start.Row, Select = RunSummaries.Columns };
            await foreach (var row in tables.QueryAsync(StorageNames.RunsTable, rest, cancellationToken).ConfigureAwait(false))
            {
                yield return row;
            }
        }

        await foreach (var row in tables.QueryAsync(StorageNames.RunsTable, months, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    // The newest come first, so who is behind is older.
    private static bool IsBehind(RunKey key, RunKey other) =>
        string.CompareOrdinal(key.Partition, other.Partition) is var order && (order > 0 || (order == 0 && string.CompareOrdinal(key.Row, other.Row) > 0));

    /// <summary>Changes a run by its ETag, and again on what another writer left, until it holds or <paramref name="change"/> declines.</summary>
    /// <returns>The row as it is now; <see langword="null"/> where there is no such run.</returns>
    public async ValueTask<RunRecord?> ChangeAsync(string id, Func<RunRecord, RunRecord?> change, CancellationToken cancellationToken)
    {
        // What this process knows decides only where the change holds by it.
        if (known.Find(id, ChangedFrom) is { } kept && change(kept.Run) is { } first
            && await TryReplaceAsync(first, kept.Run.ETag, cancellationToken).ConfigureAwait(false) is { } moved)
        {
            return moved;
        }

        for (var move = 0; move < MaxMoves; move++)
        {
            var run = await FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (run is null || change(run) is not { } changed)
            {
                return run;
            }

            if (await TryReplaceAsync(changed, run.ETag, cancellationToken).ConfigureAwait(false) is { } replaced)
            {
                return replaced;
            }
        }

        throw new InvalidOperationException($"The row of run {id} was changed by others {MaxMoves} times in a row.");
    }

    /// <summary>Notes of a generation that something it awaits came with errors, so that it ends with errors too. A request, two at most, and none where it is noted.</summary>
    /// <param name="id">The run.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="note">Notes it in the row.</param>
    /// <param name="cancellationToken">Stops the wait. It may be noted all the same.</param>
    public async ValueTask NoteErrorsAsync(string id, int generation, Func<RunRecord, RunRecord> note, CancellationToken cancellationToken) => _ = await ChangeAsync(
        id, run => run.State.IsEnd() || run.Generation != generation || note(run) == run ? null : note(run), cancellationToken).ConfigureAwait(false);

    private async ValueTask<RunRecord?> TryReplaceAsync(RunRecord run, string etag, CancellationToken cancellationToken)
    {
        var at = known.Now;
        return await tables.TryReplaceAsync(StorageNames.RunsTable, run.ToRow(), etag, cancellationToken).ConfigureAwait(false) is { } next
            ? Keep(run with { ETag = next }, at)
            : null;
    }

    private RunRecord Keep(RunRecord run, DateTimeOffset at)
    {
        known.Keep(run, at);
        return run;
    }

    public async ValueTask<StageRecord?> FindStageAsync(StageKey stage, CancellationToken cancellationToken)
    {
        var key = RunKey.For(stage.Run);
        var rowKey = key.StageRow(stage.Generation, stage.Stage);
        var row = await tables.FindAsync(StorageNames.RunsTable, key.Partition, rowKey, cancellationToken).ConfigureAwait(false);
        return row is null ? null : StageRecord.From(stage.Run, row);
    }

    /// <summary>Writes a stage's row. It is made once and never changes; one that is there already stays.</summary>
    /// <returns>The row as it is now.</returns>
    public async ValueTask<StageRecord> InsertStageAsync(StageRecord stage, CancellationToken cancellationToken) =>
        await tables.TryInsertAsync(StorageNames.RunsTable, stage.ToRow(), cancellationToken).ConfigureAwait(false) is not null
            ? stage
            : (await FindStageAsync(stage.Key, cancellationToken).ConfigureAwait(false))!;

    /// <summary>Takes a run that has ended to its next generation, both in one transaction.</summary>
    /// <param name="run">The run as it was read.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns><see langword="false"/> where the run has changed since: then nothing was written.</returns>
    public async ValueTask<bool> TryRestartAsync(RunRecord run, RunGeneration generation, CancellationToken cancellationToken)
    {
        var next = run with
        {
            State = RunState.Pending,
            Generation = generation.Number,
            Deadline = generation.At + run.TimeLimit,
            StartedAt = null,
            EndedAt = null,
            ErrorCode = null,
            ErrorMessage = null,
            HasFailedTasks = false,
            HasRunsWithErrors = false,
            ResultBlob = null,
        };
        var at = known.Now;
        if (await tables.TryWriteAllAsync(
            StorageNames.RunsTable, [next.ToRow() with { ETag = run.ETag }, generation.ToRow(run.Id)], cancellationToken).ConfigureAwait(false) is not [var etag, ..])
        {
            return false;
        }

        known.Keep(next with { ETag = etag }, at);
        return true;
    }
}
