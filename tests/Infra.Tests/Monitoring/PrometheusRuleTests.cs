using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Infra.Tests.Monitoring;

/// <summary>The alert rules and the dashboard that ship: they load, fire when they should, and ask for metrics that are there.</summary>
public sealed partial class PrometheusRuleTests
{
    private static readonly string Folder = Repository.File("infra/prometheus");

    [Theory]
    [InlineData("check", "celerity.rules.yml", "SUCCESS: 13 rules found")]
    [InlineData("test", "celerity.tests.yml", "SUCCESS")]
    public async Task Promtool_OfRules_Succeeds(string command, string file, string said)
    {
        Assert.SkipUnless(IsOnPath("promtool"), "promtool is missing: apt-get install prometheus.");

        var result = await CommandLine.RunAsync("promtool", [command, "rules", file], Folder, new Dictionary<string, string>(), TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == 0 && result.Output.Contains(said, StringComparison.Ordinal), result.Output + result.Errors);
    }

    [Fact]
    public void Rules_EachHasTests()
    {
        var rules = Alert().Matches(Repository.Read("infra/prometheus/celerity.rules.yml")).Select(match => match.Groups["name"].Value);
        var fired = Fired().Matches(Repository.Read("infra/prometheus/celerity.tests.yml")).Select(match => match.Groups["name"].Value).Distinct();

        Assert.Equal(rules.Order(StringComparer.Ordinal), fired.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("infra/prometheus/celerity.rules.yml")]
    [InlineData("infra/grafana/celerity.json")]
    public void Metrics_ThatAreAskedFor_AreDocumented(string file)
    {
        var asked = AskedFor(file);

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(DocumentedMetrics().SelectMany(names => names)));
    }

    [Fact]
    public void Dashboard_EachMetric_HasAPanel()
    {
        var asked = AskedFor("infra/grafana/celerity.json");

        Assert.Empty(DocumentedMetrics().Where(names => !asked.Overlaps(names)).Select(names => names[0]));
    }

    [Fact]
    public void Dashboard_Panels_HaveTitlesAndQueries_AndDoNotOverlap()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read("infra/grafana/celerity.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var taken = new HashSet<(int X, int Y)>();
        Assert.All(panels, panel =>
        {
            Assert.NotEqual("", panel.GetProperty("title").GetString());
            Assert.NotEqual(0, panel.GetProperty("targets").GetArrayLength());
            var at = panel.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.True(x + w <= 24);
            foreach (var cell in from column in Enumerable.Range(x, w) from row in Enumerable.Range(y, h) select (column, row))
            {
                Assert.True(taken.Add(cell), panel.GetProperty("title").GetString());
            }
        });
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    private static HashSet<string> AskedFor(string file) => Asked().Matches(Repository.Read(file)).Select(match => match.Value).Where(name => !IsLabel(name)).ToHashSet();

    // Each as the names of its series in Prometheus.
    private static IEnumerable<string[]> DocumentedMetrics() => Documented().Matches(Repository.Read("docs/metrics.md"))
        .Select(row => NamesOf(row.Groups["name"].Value.Replace('.', '_'), row.Groups["kind"].Value, row.Groups["unit"].Value));

    private static string[] NamesOf(string name, string kind, string unit)
    {
        name += unit == "s" ? "_seconds" : unit.EndsWith("/s", StringComparison.Ordinal) ? "_per_second" : "";
        return kind switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_count", name + "_sum"],
            _ => [name],
        };
    }

    private static bool IsLabel(string name) => name.EndsWith("_name", StringComparison.Ordinal)
        || name is "celerity_outcome" or "celerity_reason" or "celerity_dead_letter_group" or "celerity_storage_service" or "celerity_storage_operation";

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"alert: (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alert();

    [GeneratedRegex(@"alertname: (?<name>\w+)\n\s+exp_alerts:", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fired();

    [GeneratedRegex("""\| `(?<name>celerity\.[a-z_.]+)` \| (?<kind>[a-z -]+) \| `(?<unit>[^`]+)` \|""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Documented();

    [GeneratedRegex(@"\bcelerity_[a-z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();
}
