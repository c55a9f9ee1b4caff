using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.Costs;

public sealed class CostCommandTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Cost_IsTold_ByOperation_WithItsNotes()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """
            {"currency":"USD","pricesOf":"2026-05","days":1.04,"requests":12345,"requestsPerThousandTasks":4021.5,"idleRequestsPerDay":33120,
            "perMonth":{"storage":0.123456,"total":5.123456},
            "byOperation":[{"service":"queue","operation":"send","requests":12000,"perMonth":0.12},{"service":"table","operation":"get","requests":345,"perMonth":0.003456}],
            "notes":["Not \u202eall is in it."]}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "cost"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/cost"], app.Requests);
        Assert.Equal(
            """
            0.1235 USD a month for requests to the storage account
            5.1235 USD a month with what is set for the rest
            12,345 requests in 1.04 days
            4,021.5 requests for 1,000 tasks
            33,120 requests a day without any task
            queue  send                  12,000       0.1200
            table  get                      345       0.0035
            Not  all is in it.

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Cost_ThatIsNotYetKnown_IsSaidSo()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """
            {"currency":"USD","days":0,"requests":0,"perMonth":{"storage":0,"total":0},"byOperation":[],"notes":[]}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "cost"));

        Assert.Contains("not yet known: requests for 1,000 tasks", _bench.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("with what is set", _bench.Output, StringComparison.Ordinal);
    }
}
