using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Alerts;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>What receivers are sent.</summary>
public sealed class AlertBodyTests
{
    private const string Hostile = "<!channel> & **bold** [x](https://evil.example)\u202e\n\u0007";

    private static readonly AlertRule Rule = DefaultAlertRules.All.Single(rule => rule.Name == "TasksDie");

    [Fact]
    public void Generic_Firing_SaysAllOfIt() => AssertJson(
        """
        {"type":"alert.firing","timestamp":"2026-01-01T12:00:00+00:00","data":{"id":"e1","rule":"TasksDie","subject":"mail","severity":"critical","value":0.123,
        "threshold":0.05,"unit":"share","since":"2026-01-01T12:00:00+00:00","text":"12.3 percent of mail end as dead letters."}}
        """,
        AlertBody.Of(Of("mail", AlertState.Firing), Rule, AlertReceiverKind.Generic));

    [Fact]
    public void Slack_Firing_IsTextAndBlocks() => AssertJson(
        """
        {"text":"Firing: TasksDie mail (critical): 12.3 percent of mail end as dead letters.","blocks":[
        {"type":"section","text":{"type":"mrkdwn","text":"*Firing: TasksDie mail (critical)*\n12.3 percent of mail end as dead letters.","verbatim":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"`celerity dead groups` shows the causes, `celerity dead replay` runs them again.","verbatim":true}}]}
        """,
        AlertBody.Of(Of("mail", AlertState.Firing), Rule, AlertReceiverKind.Slack));

    [Fact]
    public void Teams_Resolved_IsACard() => AssertJson(
        """
        {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{
        "$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","body":[
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Over: TasksDie mail (critical)","weight":"Bolder","color":"Good"}]},
        {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"It does not hold any more.","weight":"Default","color":"Default"}]}]}}]}
        """,
        AlertBody.Of(Of("mail", AlertState.Resolved), Rule, AlertReceiverKind.Teams));

    [Fact]
    public void Slack_HostileSubject_IsNoMarkup()
    {
        var body = AlertBody.Of(Of(Hostile, AlertState.Firing), Rule, AlertReceiverKind.Slack);

        var texts = body["blocks"]!.AsArray().Select(block => (string)block!["text"]!["text"]!).Append((string)body["text"]!).ToList();
        Assert.All(texts, text => Assert.DoesNotContain("<", text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain('\u202e', text));
        Assert.Contains("&lt;!channel&gt; &amp; **bold**", texts[0], StringComparison.Ordinal);
        Assert.All(body["blocks"]!.AsArray(), block => Assert.True((bool)block!["text"]!["verbatim"]!));
    }

    [Fact]
    public void Teams_HostileSubject_StandsInTextRunsAlone()
    {
        var body = AlertBody.Of(Of(Hostile, AlertState.Firing), Rule, AlertReceiverKind.Teams);

        var blocks = body["attachments"]![0]!["content"]!["body"]!.AsArray();
        Assert.All(blocks, block => Assert.Equal("RichTextBlock", (string)block!["type"]!));
        Assert.All(blocks, block => Assert.DoesNotContain('\n', (string)block!["inlines"]![0]!["text"]!));
    }

    [Theory]
    [InlineData("Slack")]
    [InlineData("Teams")]
    public void Subject_OfAnyLength_IsBounded(string kind) =>
        Assert.True(AlertBody.Of(Of(new string('&', 500), AlertState.Firing), Rule, Enum.Parse<AlertReceiverKind>(kind)).ToJsonString().Length < 12_000);

    [Fact]
    public void Rules_OfAnotherVersion_CanBeTold() =>
        Assert.Equal("It holds.", (string)AlertBody.Of(Of("mail", AlertState.Firing), null, AlertReceiverKind.Generic)["data"]!["text"]!);

    [Fact]
    public void Rules_All_SayWhatIsWrong() => Assert.Equal(
        [
            "25 percent of x end as dead letters.",
            "5,000 dead letters of x within an hour.",
            "5,000 messages wait on x.",
            "The next message of x is 83.3 min old.",
            "5,000 messages stay on x.",
            "One of twenty attempts of x takes longer than 83.3 min.",
            "The circuit x is open.",
            "The run x has not moved for 83.3 min.",
            "The worker x has not been heard of for 83.3 min.",
            "The schedule x is 83.3 min late.",
            "Nobody measures the queues.",
        ],
        DefaultAlertRules.All.Select(rule => rule.Say("x", rule.Unit == "share" ? 0.25 : 5000)));

    private static Alert Of(string subject, AlertState state) =>
        new("TasksDie", subject, state, new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), 0.123, AlertSeverity.Critical) { Episode = "e1" };

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.ToJsonString())), actual.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
}
