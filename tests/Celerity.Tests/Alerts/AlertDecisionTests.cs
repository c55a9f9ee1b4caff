using Celerity.Alerts;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>What becomes of an alert, edge by edge of the drawing in docs/alerts.md.</summary>
public sealed class AlertDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AlertRule Rule = new("R", AlertKind.BacklogLength, 100, 10, AlertSeverity.Warning, "messages", "")
    {
        LargestThreshold = 1000,
        Say = (_, _) => "",
    };

    [Theory]
    [InlineData("", 100, "")]
    [InlineData("", 101, "Pending")]
    [InlineData("", null, "")]
    [InlineData("Pending 9", 101, "same")]
    [InlineData("Pending 10", 101, "Firing")]
    [InlineData("Pending 10", 100, "")]
    [InlineData("Pending 10", null, "same")]
    [InlineData("Pending -1", 101, "Pending")]
    [InlineData("Pending told 5", 100, "Resolved")]
    [InlineData("Firing told 5", 81, "same")]
    [InlineData("Firing told 5", 80, "Resolved")]
    [InlineData("Firing told 5", null, "same")]
    [InlineData("Resolved 5", 100, "same")]
    [InlineData("Resolved 5", 101, "Pending")]
    [InlineData("Resolved 5", null, "same")]
    [InlineData("Resolved 1439", 0, "same")]
    [InlineData("Resolved 1440", 0, "")]
    [InlineData("Resolved told 1440", 0, "same")]
    public void Next_OfAnAlertThatIsSoOld_IsAsDrawn(string alert, int? value, string next)
    {
        var known = Known(alert);

        var result = AlertDecision.Next(Rule, "s", known, value, Now, () => "new");

        Assert.Equal(next, result is null ? "" : ReferenceEquals(result, known) ? "same" : result.State.ToString());
        if (result is not null && !ReferenceEquals(result, known))
        {
            Assert.Equal((Now, (double?)value), (result.Since, result.Value));
        }
    }

    [Fact]
    public void Next_WithoutWaiting_FiresAtOnce()
    {
        var fired = AlertDecision.Next(Rule with { ForMinutes = 0 }, "s", null, 101, Now, () => "new");

        Assert.Equal((AlertState.Firing, "new", false), (fired!.State, fired.Episode, fired.IsTold));
    }

    [Theory]
    [InlineData("Pending 10", "new")]
    [InlineData("Pending told 10", "old")]
    public void Next_FiringAgain_IsANewOneUnlessItsEndWasNotTold(string alert, string episode) =>
        Assert.Equal(episode, AlertDecision.Next(Rule, "s", Known(alert), 101, Now, () => "new")!.Episode);

    [Fact]
    public void ClearBelow_ThatIsSet_Counts()
    {
        var firing = Known("Firing told 5");

        Assert.Same(firing, AlertDecision.Next(Rule with { ClearBelow = 10 }, "s", firing, 11, Now, () => ""));
        Assert.Equal(AlertState.Resolved, AlertDecision.Next(Rule with { ClearBelow = 10 }, "s", firing, 10, Now, () => "")!.State);
    }

    private static Alert? Known(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var words = text.Split(' ');
        var since = Now.AddMinutes(-int.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture));
        return new Alert("R", "s", Enum.Parse<AlertState>(words[0]), since, 500, AlertSeverity.Warning) { Episode = "old", IsTold = words.Length > 2 };
    }
}
