using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run in which chunks take every way that there is.</summary>
internal sealed class StartOperation(RunKillLane lane) : RunOperation(lane)
{
    private string? _id;
    private int _asked;

    public override async Task RunAsync()
    {
        if (_id is null)
        {
            await File.WriteAllTextAsync(Lane.FailOnceFile, "");
            _asked++;
            _id = await Lane.StartAsync("fragile", FragileData.Request, $"tag={Mark}");
        }
    }

    /// <summary>Without a key each request is a run.</summary>
    public override async Task<string> DescribeAsync()
    {
        var ids = await Lane.ListAsync(Mark);
        Assert.InRange(ids.Count, 1, _asked);
        var ends = await ids.ToAsyncEnumerable().Select(async (string id, CancellationToken _) => await Lane.DescribeAsync(id)).Distinct().ToListAsync();
        return Assert.Single(ends);
    }
}
