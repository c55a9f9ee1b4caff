using System.Net;
using Celerity.Cli.Runs;
using Xunit;

namespace Celerity.Cli.Tests.Runs;

public sealed class RunApiTests
{
    private const string Progress = """{"chunksDone":1,"chunksTotal":2,"chunksFailed":0,"recordsDone":10,"recordsTotal":20,"recordsRejected":3}""";
    private const string Running = $$$"""{"id":"r","pipeline":"p","state":"running","progress":{{{Progress}}},"stages":[],"failures":[]}""";
    private const string Succeeded =
        $$$"""{"id":"r","pipeline":"p","state":"succeeded","progress":{{{Progress}}},"stages":[],"failures":[],"result":{"mean":1.50}}""";

    private const string Failed =
        $$$"""{"id":"r","pipeline":"p","state":"failed","progress":{{{Progress}}},"stages":[],"failures":[{"code":"CEL0001","message":"no"}]}""";

    private static readonly Uri App = new("http://127.0.0.1:1");
    private static readonly Uri Status = new("http://127.0.0.1:1/api/runs/r");

    [Theory]
    [InlineData("/api/runs/r")]
    [InlineData("http://127.0.0.1:1/api/runs/r")]
    public async Task StartAsync_Accepted_GivesTheUrlOfTheRun(string statusUrl)
    {
        var app = new ScriptedApp((HttpStatusCode.Accepted, $$$"""{"id":"r","statusUrl":"{{{statusUrl}}}"}"""));

        var url = await Api(app).StartAsync(App, "p", new { source = new { chunkSize = 5 } }, TestContext.Current.CancellationToken);

        Assert.Equal(Status, url);
        Assert.Equal(["""POST http://127.0.0.1:1/api/pipelines/p {"source":{"chunkSize":5}}"""], app.Requests);
    }

    [Theory]
    [InlineData("""{"code":"CEL0203","detail":"The chunk size is 0."}""", "CEL0203: The chunk size is 0.")]
    [InlineData("""{"title":"Bad"}""", "The app answered 400 to http://127.0.0.1:1/api/pipelines/p.")]
    [InlineData("<html>", "The app answered 400 to http://127.0.0.1:1/api/pipelines/p.")]
    public async Task StartAsync_Refused_SaysWhy(string body, string message)
    {
        var app = new ScriptedApp((HttpStatusCode.BadRequest, body));

        var refused = await Assert.ThrowsAsync<RunRefusedException>(() =>
            Api(app).StartAsync(App, "p", new { }, TestContext.Current.CancellationToken));

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public async Task FollowAsync_UntilItSucceeds_ReportsEveryReadingAndGivesTheLast()
    {
        var app = new ScriptedApp((HttpStatusCode.OK, Running), (HttpStatusCode.OK, Running), (HttpStatusCode.OK, Succeeded));
        var seen = new List<string>();

        var status = await Api(app).FollowAsync(Status, run => seen.Add(run.State), TestContext.Current.CancellationToken);

        Assert.Equal(["running", "running", "succeeded"], seen);
        Assert.True(status.HasSucceeded);
        Assert.Equal(new RunProgress(1, 2, 0, 10, 20, 3), status.Progress);
        Assert.Equal("""{"mean":1.50}""", status.Result!.Value.GetRawText());
    }

    [Fact]
    public async Task FollowAsync_ARunThatFails_GivesItsFailures()
    {
        var status = await Api(new ScriptedApp((HttpStatusCode.OK, Failed)))
            .FollowAsync(Status, _ => { }, TestContext.Current.CancellationToken);

        Assert.True(status.IsOver);
        Assert.False(status.HasSucceeded);
        Assert.Equal([new RunFailure("CEL0001", "no")], status.Failures);
        Assert.Null(status.Result);
    }

    [Fact]
    public async Task FollowAsync_AnAppThatIsAwayForAMoment_GoesOn()
    {
        var app = new ScriptedApp((HttpStatusCode.OK, Running), (default, null), (HttpStatusCode.ServiceUnavailable, "{}"), (HttpStatusCode.OK, Succeeded));

        var status = await Api(app).FollowAsync(Status, _ => { }, TestContext.Current.CancellationToken);

        Assert.True(status.HasSucceeded);
        Assert.Equal(4, app.Requests.Count);
    }

    [Fact]
    public async Task FollowAsync_AnAppThatIsGone_GivesUp()
    {
        var refused = await Assert.ThrowsAsync<RunRefusedException>(() =>
            Api(new ScriptedApp((default, null))).FollowAsync(Status, _ => { }, TestContext.Current.CancellationToken));

        Assert.StartsWith("The app does not answer", refused.Message);
    }

    [Fact]
    public async Task FollowAsync_ARunThatIsUnknown_GivesUpAtOnce()
    {
        var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0404","detail":"No such run."}"""));

        var refused = await Assert.ThrowsAsync<RunRefusedException>(() =>
            Api(app).FollowAsync(Status, _ => { }, TestContext.Current.CancellationToken));

        Assert.Equal("CEL0404: No such run.", refused.Message);
        Assert.Single(app.Requests);
    }

    private static RunApi Api(HttpMessageHandler app) => new(new HttpClient(app), new EagerTimeProvider(), RunApi.ForPeople);
}
