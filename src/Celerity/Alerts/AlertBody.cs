using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Celerity.Alerts;

/// <summary>Words a change of an alert for its receivers. Subjects may be strangers' words: they never become markup.</summary>
/// <remarks>
/// <see href="https://api.slack.com/reference/surfaces/formatting">Slack</see> parses <c>&amp; &lt; &gt;</c> in text objects;
/// <see href="https://learn.microsoft.com/adaptive-cards/create/textfeatures">Teams</see> parses Markdown in a TextBlock and none in a TextRun
/// (both read 2026-11-27).
/// </remarks>
internal static class AlertBody
{
    private const int MaxTextChars = 300;

    public static JsonNode Of(Alert alert, AlertRule? rule, AlertReceiverKind kind)
    {
        var isFiring = alert.State == AlertState.Firing;
        var title = Clean($"{(isFiring ? "Firing" : "Over")}: {alert.Rule} {alert.Subject} ({alert.Severity.ToString().ToLowerInvariant()})");
        var text = Clean(isFiring ? rule?.Say(alert.Subject, alert.Value) ?? "It holds." : "It does not hold any more.");
        var advice = isFiring ? rule?.Text ?? "" : "";
        return JsonSerializer.SerializeToNode(kind switch
        {
            AlertReceiverKind.Slack => Slack(title, text, advice),
            AlertReceiverKind.Teams => Teams(title, text, advice, isFiring),
            _ => Generic(alert, rule, text),
        }, CelerityJson.Options)!;
    }

    private static object Generic(Alert alert, AlertRule? rule, string text) => new
    {
        Type = alert.State == AlertState.Firing ? "alert.firing" : "alert.resolved",
        Timestamp = alert.Since,
        Data = new
        {
            Id = alert.Episode,
            alert.Rule,
            alert.Subject,
            alert.Severity,
            alert.Value,
            rule?.Threshold,
            rule?.Unit,
            alert.Since,
            Text = text,
        },
    };

    private static object Slack(string title, string text, string advice) => new
    {
        Text = Escape($"{title}: {text}"),
        Blocks = new[] { $"*{Escape(title)}*\n{Escape(text)}", Escape(advice) }.Where(part => part.Length > 0).Select(part => new
        {
            Type = "section",
            Text = new { Type = "mrkdwn", Text = part, Verbatim = true },
        }),
    };

    private static object Teams(string title, string text, string advice, bool isFiring) => new
    {
        Type = "message",
        Attachments = new[]
        {
            new
            {
                ContentType = "application/vnd.microsoft.card.adaptive",
                Content = new Dictionary<string, object>
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.4",
                    ["body"] = new[] { Line(title, "Bolder", isFiring ? "Attention" : "Good"), Line(text), Line(advice) }.OfType<object>(),
                },
            },
        },
    };

    private static object? Line(string text, string weight = "Default", string color = "Default") => text.Length == 0 ? null : new
    {
        Type = "RichTextBlock",
        Inlines = new[] { new { Type = "TextRun", Text = text, Weight = weight, Color = color } },
    };

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // In one line, without what could turn the writing round.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? " "
                : rune.ToString());
        }

        return clean.ToString().AtMost(MaxTextChars);
    }
}
