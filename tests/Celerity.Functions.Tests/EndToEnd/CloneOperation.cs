using System.Net;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A new run is started with the request of another, a part of it changed.</summary>
internal sealed class CloneOperation(RunKillLane lane) : RunOperation(lane)
{
    private string _source = "";
    private string? _id;

    public override async Task PrepareAsync()
    {
        _source = await Lane.StartAsync("fragile-steps", new { mark = "the first", form = "nothing" });
        await Lane.WaitUntilQuietAsync();
    }

    public override async Task RunAsync()
    {
        if (_id is null)
        {
            var clone = await Lane.AskAsync(
                HttpMethod.Post, $"api/runs/{_source}/clone?tag={Mark}&idempotencyKey={Mark}", new { mark = "the second" }, HttpStatusCode.Accepted);
            _id = clone.GetProperty("id").GetString()!;
        }
    }

    public override async Task<string> DescribeAsync()
    {
        Assert.Equal(_id, Assert.Single(await Lane.ListAsync(Mark)));
        Assert.Equal(_source, (await Lane.Client.GetRunAsync(_id!)).GetProperty("cloneOf").GetString());
        return $"{await Lane.DescribeAsync(_source)}\n{await Lane.DescribeAsync(_id!)}";
    }
}
