using Celerity.Storage;

namespace Celerity.Workers;

/// <summary>Reads the workers' rows, and writes orders into them.</summary>
internal sealed class Workers(ITableStore tables, TimeProvider time) : IWorkers
{
    private const int MaxReasonChars = 200;
    private const int MaxRounds = 5;
    private const int MaxListed = 1000;

    public async Task<IReadOnlyList<WorkerRecord>> ListAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var workers = new List<WorkerRecord>();
        await foreach (var row in tables.QueryAsync(StorageNames.WorkersTable, new TableQuery(WorkerRow.Partition), cancellationToken).ConfigureAwait(false))
        {
            workers.Add(WorkerRow.Read(row, now));
            if (workers.Count > MaxListed)
            {
                workers.RemoveAt(0);
            }
        }

        workers.Reverse();
        return workers;
    }

    public async Task<WorkerRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return await FindRowAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? WorkerRow.Read(row, time.GetUtcNow()) : null;
    }

    public Task DrainAsync(string id, string reason, CancellationToken cancellationToken = default) =>
        OrderAsync(id, new WorkerOrder(WorkerState.Draining, reason), cancellationToken);

    public Task RecycleAsync(string id, string reason, CancellationToken cancellationToken = default) =>
        OrderAsync(id, new WorkerOrder(WorkerState.Recycling, reason), cancellationToken);

    private async Task OrderAsync(string id, WorkerOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (string.IsNullOrWhiteSpace(order.Reason) || order.Reason.Length > MaxReasonChars)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"An order to a worker needs a reason of 1 to {MaxReasonChars} characters.");
        }

        for (var round = 0; round < MaxRounds; round++)
        {
            var row = await FindRowAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new CelerityException(ErrorCodes.UnknownWorker, $"There is no worker '{id}'.");
            if (WorkerRow.Read(row, time.GetUtcNow()) is { State: WorkerState.Lost or WorkerState.Stopped } gone)
            {
                throw new CelerityException(
                    ErrorCodes.WorkerGone, $"The worker '{id}' was last heard of at {gone.SeenAt:O} and is {gone.State}; nobody would obey.");
            }

            // A recycling worker ends: to drain it as well would only lose the order that it obeys.
            if (WorkerOrder.From(row) is { State: WorkerState.Recycling })
            {
                return;
            }

            var values = new Dictionary<string, object>(row.Values);
            order.AddTo(values);
            if (await tables.TryReplaceAsync(StorageNames.WorkersTable, row with { Values = values }, row.ETag, cancellationToken).ConfigureAwait(false) is not null)
            {
                return;
            }
        }

        throw new CelerityException(ErrorCodes.StorageDown, $"The order to the worker '{id}' was overtaken {MaxRounds} times. Send it again.");
    }

    private ValueTask<TableRow?> FindRowAsync(string id, CancellationToken cancellationToken) =>
        tables.FindAsync(StorageNames.WorkersTable, WorkerRow.Partition, TableKeys.Escape(id), cancellationToken);
}
