using System.Net;
using Azure.Data.Tables;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is purged that has left something everywhere: afterwards only the audit knows it, and the file that it has made for others is there.</summary>
internal sealed class PurgeOperation(RunKillLane lane) : RunOperation(lane)
{
    // As long as the last sweep waits.
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(75);

    private string _id = "";
    private bool _isAsked;

    public override async Task PrepareAsync()
    {
        _id = await Lane.StartAsync("fragile-stages", FragileData.RequestOf(FragileData.DeadBlob), $"idempotencyKey={Mark}");
        await Lane.WaitUntilQuietAsync();
    }

    public override async Task RunAsync()
    {
        if (!_isAsked)
        {
            _ = await Lane.AskAsync(HttpMethod.Delete, $"api/runs/{_id}", body: null, HttpStatusCode.OK);
            _isAsked = true;
        }

        await Lane.MaintainUntilAsync(Later, async () => !await Lane.Table("CelerityControl").QueryAsync<TableEntity>($"PartitionKey eq 'run-purges' and RowKey eq '{_id}'").AnyAsync());
    }

    public override async Task<string> DescribeAsync()
    {
        var instances = await Lane.Client.GetTextAsync($"runtime/webhooks/durabletask/instances?instanceIdPrefix={_id}");
        return string.Join('\n', await FindRowsAsync().Concat(FindBlobsAsync()).Append($"instances: {instances}").ToListAsync());
    }

    private async IAsyncEnumerable<string> FindRowsAsync()
    {
        await foreach (var table in Lane.Tables.QueryAsync())
        {
            await foreach (var row in Lane.Table(table.Name).QueryAsync<TableEntity>())
            {
                if (row.Any(column => column.Value is string text && text.Contains(_id, StringComparison.Ordinal)))
                {
                    yield return $"{table.Name}: {(row.TryGetValue("what", out var what) ? what : $"{row.PartitionKey} {row.RowKey}")}";
                }
            }
        }
    }

    private async IAsyncEnumerable<string> FindBlobsAsync()
    {
        await foreach (var container in Lane.Blobs.GetBlobContainersAsync())
        {
            foreach (var blob in (await Lane.ListBlobsAsync(container.Name, "")).Where(blob => blob.Contains(_id, StringComparison.Ordinal)))
            {
                yield return $"{container.Name}: {blob.Replace(_id, "", StringComparison.Ordinal)}";
            }
        }
    }
}
