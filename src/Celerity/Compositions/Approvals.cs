using Celerity.Controls;
using Celerity.Retry;
using Celerity.Runs;
using Celerity.Storage;

namespace Celerity.Compositions;

/// <summary>Answers what runs ask, also before they do.</summary>
internal sealed class Approvals(ITableStore tables, RunStore runs, AuditLog audit, IOrchestrationSignal waiters, TimeProvider time)
{
    private const int MaxWhoChars = 200;

    // What is asked and what is answered are few; more than this many refusals in a row are a fault.
    private const int MaxRounds = 20;

    /// <summary>Lists what a run has asked and was answered, in all generations.</summary>
    public async ValueTask<List<ApprovalRow>> ListAsync(string run, CancellationToken cancellationToken)
    {
        var found = new List<ApprovalRow>();
        await foreach (var row in tables.QueryAsync(StorageNames.RunsTable, ApprovalRow.AllOf(run), cancellationToken).ConfigureAwait(false))
        {
            found.Add(ApprovalRow.From(run, row));
        }

        return found;
    }

    /// <summary>Answers: stored first, then told to whoever waits, then written into the audit. Answered again in the same way, it does no harm.</summary>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0316: it has ended; CEL0353: it was answered otherwise, or too late; CEL0358: the name cannot be one.</exception>
    public async ValueTask<ApprovalRow> AnswerAsync(string run, string name, bool approved, ActionNote note, CancellationToken cancellationToken)
    {
        CheckName(name);
        for (var round = 0; round < MaxRounds; round++)
        {
            var row = await runs.FindAsync(run, cancellationToken).ConfigureAwait(false)
                ?? throw new CelerityException(ErrorCodes.UnknownRun, $"There is no run '{run}'. GET /api/runs lists the runs.");
            if (!row.State.IsWanting())
            {
                throw new CelerityException(ErrorCodes.RunEnded, $"The run {run} has ended or is being cancelled ({row.State}); nobody waits for '{name}'.");
            }

            var found = await FindAsync(run, row.Generation, name, cancellationToken).ConfigureAwait(false);
            if (found is { State: not ApprovalState.Waiting })
            {
                return await ToldAsync(found, approved, cancellationToken).ConfigureAwait(false);
            }

            var answered = (found ?? new ApprovalRow(run, row.Generation, name, ApprovalState.Waiting)) with
            {
                State = approved ? ApprovalState.Approved : ApprovalState.Refused,
                Who = note.Who.AtMost(MaxWhoChars),
                Why = note.Why.AtMost(FailureRecord.MaxMessageChars),
                At = time.GetUtcNow(),
            };
            if (await TryWriteAsync(answered, cancellationToken).ConfigureAwait(false))
            {
                return await ToldAsync(answered, approved, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new InvalidOperationException($"The approval '{name}' of run {run} was changed by others {MaxRounds} times in a row.");
    }

    /// <summary>Writes a row by the version that was read; <see langword="false"/> where another was faster.</summary>
    public async ValueTask<bool> TryWriteAsync(ApprovalRow row, CancellationToken cancellationToken) => (row.ETag.Length == 0
        ? await tables.TryInsertAsync(StorageNames.RunsTable, row.ToRow(), cancellationToken).ConfigureAwait(false)
        : await tables.TryReplaceAsync(StorageNames.RunsTable, row.ToRow(), row.ETag, cancellationToken).ConfigureAwait(false)) is not null;

    /// <exception cref="CelerityException">CEL0358: the name cannot be one.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > ApprovalRow.MaxNameChars || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw new CelerityException(
                ErrorCodes.BadApproval, $"An approval's name must be 1 to {ApprovalRow.MaxNameChars} letters, digits, '-' and '_'; it has {name.Length} characters.");
        }
    }

    private async ValueTask<ApprovalRow?> FindAsync(string run, int generation, string name, CancellationToken cancellationToken)
    {
        var key = new ApprovalRow(run, generation, name, ApprovalState.Waiting).ToRow();
        return await tables.FindAsync(StorageNames.RunsTable, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false) is { } row
            ? ApprovalRow.From(run, row)
            : null;
    }

    // Again by whoever answers again: who stored it may have died before.
    private async ValueTask<ApprovalRow> ToldAsync(ApprovalRow row, bool approved, CancellationToken cancellationToken)
    {
        if (row.State != (approved ? ApprovalState.Approved : ApprovalState.Refused))
        {
            throw new CelerityException(ErrorCodes.ApprovalDecided, $"'{row.Name}' of the run {row.Run} is {row.State} already, by {row.Who ?? "its deadline"} at {row.At:O}.");
        }

        await audit.AddOnceAsync(
            approved ? "approvals.approve" : "approvals.refuse",
            row.Run,
            new ActionNote(row.Who!, row.Why!),
            row.At!.Value,
            $"{row.Run}-{row.Generation}-{row.Name}",
            row.Name,
            cancellationToken).ConfigureAwait(false);
        if (row.Waiter is { } waiter)
        {
            await waiters.RaiseAsync(waiter, cancellationToken).ConfigureAwait(false);
        }

        return row;
    }
}
