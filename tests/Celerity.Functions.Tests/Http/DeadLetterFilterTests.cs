using System.Text;
using Celerity.Functions.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>Which dead letters a query or a body means: what is misread would mean more of them.</summary>
public sealed class DeadLetterFilterTests
{
    [Fact]
    public async Task Filter_OfQueryAndBody_IsTheSame()
    {
        const string Query = "?group=g&task=mail.*&category=timedOut&severity=High&exception=E&queue=q&run=r&state=setAside&since=2026-01-31T12:00Z&before=2026-02-01T12:00:00.5%2B02:00";
        const string Body = """
            {"filter":{"group":"g","task":"mail.*","category":"timedOut","severity":"High","exception":"E","queue":"q","run":"r","state":"setAside",
            "since":"2026-01-31T12:00Z","before":"2026-02-01T12:00:00.5+02:00"}}
            """;

        Assert.Equal(OfQuery(Query), await OfBodyAsync(Body));
        Assert.Equal(
            new DeadLetterFilter
            {
                Group = "g",
                Task = "mail.*",
                Category = ErrorCategory.TimedOut,
                Severity = Severity.High,
                Exception = "E",
                Queue = "q",
                Run = "r",
                State = DeadLetterState.SetAside,
                Since = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
                Before = new DateTimeOffset(2026, 2, 1, 10, 0, 0, 500, TimeSpan.Zero),
            },
            OfQuery(Query));
        Assert.Equal(new DeadLetterFilter(), OfQuery("?limit=5&after=x"));
        Assert.Equal(new DeadLetterFilter(), await OfBodyAsync("""{"filter":{}}"""));
    }

    [Theory]
    [InlineData("group", "", "group is empty")]
    [InlineData("before", "", "before is empty")]
    [InlineData("state", "", "state is empty")]
    [InlineData("before", "2026-01-31", "before is no time with its zone")]
    [InlineData("since", "2026-01-31T12:00:00", "since is no time with its zone: write 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00")]
    [InlineData("since", "12:00Z", "since is no time")]
    [InlineData("category", "nonsense", "category must be one of transient, ")]
    [InlineData("category", "1", "category must be one of transient, ")]
    [InlineData("severity", "low,high", "severity must be one of low, ")]
    public async Task Value_ThatIsNone_IsRefused(string name, string value, string message)
    {
        Refused(message, Assert.Throws<CelerityException>(() => OfQuery($"?{name}={Uri.EscapeDataString(value)}")));
        Refused(message, await Assert.ThrowsAsync<CelerityException>(() => OfBodyAsync($$$"""{"filter":{"{{{name}}}":"{{{value}}}"}}""")));

        static void Refused(string message, CelerityException exception) => Assert.StartsWith($"CEL0308: {message}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"filter":{"group":null}}""", "CEL0308: group is empty")]
    [InlineData("""{"filter":{"grup":"g"}}""", "CEL0302: The filter has 'grup'")]
    [InlineData("""{"filter":{"group":"g","Group":"h"}}""", "CEL0302")]
    [InlineData("""{"filter":{"group":"g","group":"h"}}""", "CEL0302")]
    [InlineData("""{"filter":{"group":7}}""", "CEL0302: The filter's 'group' is no text")]
    [InlineData("""{"filter":[]}""", "CEL0302")]
    [InlineData("""{"filter":null}""", "CEL0342")]
    [InlineData("""{"filtre":{}}""", "CEL0302")]
    public async Task Body_ThatCouldMeanMore_IsRefused(string body, string message) =>
        Assert.StartsWith(message, (await Assert.ThrowsAsync<CelerityException>(() => OfBodyAsync(body))).Message, StringComparison.Ordinal);

    [Fact]
    public void Query_GivenTwice_IsRefused() =>
        Assert.StartsWith("CEL0308: group is given twice", Assert.Throws<CelerityException>(() => OfQuery("?group=g&group=h")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task TimeOfASchedule_WithoutItsZone_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => ScheduleBody.ReadAsync(
            RequestOf("{\"cron\":\"0 3 * * *\",\"startAt\":\"2026-01-31T12:00:00\"}"), TestContext.Current.CancellationToken));

        Assert.StartsWith("CEL0308: startAt is no time with its zone", exception.Message, StringComparison.Ordinal);
    }

    private static DeadLetterFilter OfQuery(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return DeadLetterQuery.Read(context.Request);
    }

    private static async Task<DeadLetterFilter> OfBodyAsync(string body) =>
        (await DeadLetterBody.ReadAsync(RequestOf(body), TestContext.Current.CancellationToken)).RequireFilter();

    private static HttpRequest RequestOf(string body) => new DefaultHttpContext { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } }.Request;
}
