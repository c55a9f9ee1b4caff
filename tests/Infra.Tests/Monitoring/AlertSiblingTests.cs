using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Celerity.Alerts;
using Infra.Tests.Deployment;
using Xunit;

namespace Infra.Tests.Monitoring;

/// <summary>The app's own alert rules, those for Prometheus and those of Azure Monitor are the same, or it is said why not.</summary>
public sealed partial class AlertSiblingTests
{
    // What the app does not evaluate itself, and why.
    private static readonly Dictionary<string, string> NotInTheApp = new(StringComparer.Ordinal)
    {
        ["HandlersIgnoreTheirTokens"] = "Each process knows its own; such a process recycles itself where Celerity:Worker:RecycleAboveZombies is set.",
        ["StorageFails"] = "Where storage fails the app could neither keep nor deliver such an alert.",
    };

    [Fact]
    public void Prometheus_HasTheRulesOfTheApp_WithTheirThresholds()
    {
        var found = PrometheusRule().Matches(Repository.Read("infra/prometheus/celerity.rules.yml"))
            .Select(match => (
                Name: match.Groups["name"].Value,
                Threshold: double.Parse(match.Groups["threshold"].Value, CultureInfo.InvariantCulture),
                For: match.Groups["for"] is { Success: true } minutes ? int.Parse(minutes.Value, CultureInfo.InvariantCulture) : 0,
                Severity: match.Groups["severity"].Value))
            .ToList();

        Assert.Equal(
            DefaultAlertRules.All.Select(rule => (rule.Name, rule.Threshold, rule.ForMinutes, rule.Severity.ToString().ToLowerInvariant())).Order(),
            found.Where(rule => !NotInTheApp.ContainsKey(rule.Name)).Order());
        Assert.Equal(NotInTheApp.Keys.Order(StringComparer.Ordinal), found.Select(rule => rule.Name).Where(NotInTheApp.ContainsKey).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AzureMonitor_HasTheRulesOfTheApp_WithTheirThresholds()
    {
        var plan = await DeploymentPlan.WorkOutAsync(
            parameters => parameters.Replace("param alertEmails = []", "param alertEmails = ['ops@example.com']", StringComparison.Ordinal));

        var rules = DeploymentPlan.Read(plan).Resources.Where(resource => resource.GetProperty("type").GetString() == "Microsoft.Insights/scheduledQueryRules")
            .Select(resource => resource.GetProperty("properties")).ToList();

        var known = DefaultAlertRules.All.ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        var own = rules.Where(rule => known.ContainsKey(NameOf(rule))).ToList();
        Assert.Equal(known.Keys.Order(StringComparer.Ordinal), own.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(own, rule =>
        {
            var sibling = known[NameOf(rule)];
            var criterion = rule.GetProperty("criteria").GetProperty("allOf")[0];
            Assert.Equal(sibling.Threshold, criterion.GetProperty("threshold").GetDouble());
            Assert.Equal(sibling.Severity == AlertSeverity.Critical ? 1 : 2, rule.GetProperty("severity").GetInt32());
            Assert.True(XmlConvert.ToTimeSpan(rule.GetProperty("windowSize").GetString()!) >= sibling.For, sibling.Name);
        });
        Assert.Equal(NotInTheApp.Keys.Order(StringComparer.Ordinal), rules.Except(own).Select(NameOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AzureMonitor_AsksForMetricsThatAreDocumented()
    {
        var plan = await DeploymentPlan.WorkOutAsync(
            parameters => parameters.Replace("param alertEmails = []", "param alertEmails = ['ops@example.com']", StringComparison.Ordinal));
        var documented = Repository.Read("docs/metrics.md");

        var asked = Metric().Matches(plan).Select(match => match.Groups["name"].Value).Distinct().ToList();

        Assert.InRange(asked.Count, 8, 40);
        Assert.All(asked, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    [Fact]
    public void AzureMonitor_WithoutReceivers_HasNoRules() =>
        Assert.DoesNotContain("scheduledQueryRules", Repository.Read("infra/main.snapshot.json"), StringComparison.Ordinal);

    [Fact]
    public void Documents_ListEachRuleWithItsDefaults()
    {
        var page = Repository.Read("docs/alerts.md");

        Assert.All(DefaultAlertRules.All, rule => Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| `{rule.Name}` | {(rule.LargestThreshold == 0 ? "" : $"{rule.Threshold} {rule.Unit}")} | {rule.ForMinutes} | {rule.Severity.ToString().ToLowerInvariant()} |"),
            page,
            StringComparison.Ordinal));
        Assert.All(NotInTheApp.Keys, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string NameOf(JsonElement rule) => rule.GetProperty("displayName").GetString()!["Celerity".Length..];

    [GeneratedRegex(
        @"alert: Celerity(?<name>\w+)\n.*?> (?<threshold>[0-9.]+)\n(\s+for: (?<for>\d+)m\n)?\s+labels: \{ severity: (?<severity>\w+) \}",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrometheusRule();

    [GeneratedRegex(@"'(?<name>celerity\.[a-z_.]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}
