using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Celerity.Storage;

namespace Celerity.AzureStorage;

/// <summary>Rows in Azure tables. Translates, decides nothing: the service's refusals become values, all else propagates.</summary>
/// <remarks>The client's own retry after a lost reply meets what the first try wrote: an insert ends as a refusal, a replace and a delete too.</remarks>
internal sealed class AzureTableStore(StorageClients clients) : ITableStore
{
    private const int PageRows = 1000;

    private readonly ConcurrentDictionary<string, TableClient> _tables = new(StringComparer.Ordinal);

    public async ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
    {
        TableLimits.CheckRow(row);
        try
        {
            var response = await Table(table).AddEntityAsync(TableRowFormat.ToEntity(row), cancellationToken).ConfigureAwait(false);
            return response.Headers.ETag.ToString();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return null;
        }
    }

    public async ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        TableLimits.CheckBatch(rows);
        try
        {
            var actions = rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, TableRowFormat.ToEntity(row)));
            await Table(table).SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TableTransactionFailedException exception) when (exception.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return false;
        }
    }

    public async ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        TableLimits.CheckBatch(rows);
        try
        {
            var actions = rows.Select(row => row.ETag.Length == 0
                ? new TableTransactionAction(TableTransactionActionType.Add, TableRowFormat.ToEntity(row))
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, TableRowFormat.ToEntity(row), new ETag(row.ETag)));
            var responses = await Table(table).SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
            return responses.Value.Select(response => response.Headers.ETag.ToString()!).ToArray();
        }
        catch (TableTransactionFailedException exception)
            when (exception.ErrorCode == TableErrorCode.EntityAlreadyExists || IsChangedOrGone(exception.ErrorCode))
        {
            return null;
        }
    }

    public async ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken)
    {
        TableLimits.CheckRow(row);
        TableLimits.CheckETag(etag);
        try
        {
            var response = await Table(table)
                .UpdateEntityAsync(TableRowFormat.ToEntity(row), new ETag(etag), TableUpdateMode.Replace, cancellationToken)
                .ConfigureAwait(false);
            return response.Headers.ETag.ToString();
        }
        catch (RequestFailedException exception) when (IsChangedOrGone(exception.ErrorCode))
        {
            return null;
        }
    }

    public async ValueTask<bool> TryDeleteAsync(
        string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken)
    {
        TableLimits.CheckKeys(partitionKey, rowKey);
        TableLimits.CheckETag(etag);
        try
        {
            var response = await Table(table).DeleteEntityAsync(partitionKey, rowKey, new ETag(etag), cancellationToken).ConfigureAwait(false);
            // A missing row comes back as a plain 404, not as an exception; so does a missing table.
            return !response.IsError || (IsMissingRow(response) ? false : throw new RequestFailedException(response));
        }
        catch (RequestFailedException exception) when (IsChangedOrGone(exception.ErrorCode))
        {
            return false;
        }
    }

    public async ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        TableLimits.CheckDeletes(rows);
        try
        {
            // The keys alone travel: a delete needs nothing else of its row.
            var actions = rows.Select(row => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey), new ETag(row.ETag)));
            await Table(table).SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TableTransactionFailedException exception) when (IsChangedOrGone(exception.ErrorCode))
        {
            return false;
        }
    }

    public async ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        TableLimits.CheckKeys(partitionKey, rowKey);
        var response = await Table(table)
            .GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (response.HasValue)
        {
            return TableRowFormat.ToRow(response.Value!);
        }

        return IsMissingRow(response.GetRawResponse()) ? null : throw new RequestFailedException(response.GetRawResponse());
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(
        string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.Limit ?? int.MaxValue;
        if (left <= 0)
        {
            yield break;
        }

        var select = query.Select?.Concat([nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)]);
        var entities = Table(table).QueryAsync<TableEntity>(ToFilter(query), Math.Min(left, PageRows), select, cancellationToken);
        await foreach (var entity in entities.ConfigureAwait(false))
        {
            yield return TableRowFormat.ToRow(entity);

            // Before the next move, which would ask for a page that nobody wants.
            if (--left == 0)
            {
                yield break;
            }
        }
    }

    private TableClient Table(string name) => _tables.GetOrAdd(name, clients.Tables.GetTableClient);

    private static string? ToFilter(TableQuery query)
    {
        var conditions = new List<string>();
        if (query.PartitionKey is { } partitionKey)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}"));
        }

        if (query.PartitionKeyFrom is { } partitionFrom)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey ge {partitionFrom}"));
        }

        if (query.PartitionKeyBefore is { } partitionBefore)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey lt {partitionBefore}"));
        }

        if (query.RowKeyFrom is { } from)
        {
            conditions.Add(TableClient.CreateQueryFilter($"RowKey ge {from}"));
        }

        if (query.RowKeyBefore is { } before)
        {
            conditions.Add(TableClient.CreateQueryFilter($"RowKey lt {before}"));
        }

        return conditions.Count == 0 ? null : string.Join(" and ", conditions);
    }

    private static bool IsChangedOrGone(string? code) =>
        code == TableErrorCode.UpdateConditionNotSatisfied || code == TableErrorCode.ResourceNotFound;

    private static bool IsMissingRow(Response response) =>
        new RequestFailedException(response).ErrorCode == TableErrorCode.ResourceNotFound;
}
