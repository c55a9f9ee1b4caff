using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Celerity.AzureStorage.Metrics;
using Celerity.Controls;
using Celerity.Figures;
using Celerity.Functions.Tests.EndToEnd;
using Celerity.Metrics;
using Celerity.RateLimits;
using Celerity.Slots;
using Celerity.TestKit.Storage;
using Celerity.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>The names and units of metrics are public: alerts and dashboards rest on them. They change here and in docs/metrics.md, or not at all.</summary>
public sealed partial class MetricListTests
{
    [Fact]
    public void Instruments_AreThoseOfTheDocumentation()
    {
        var written = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "metrics.md"))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => $"{row.Groups["name"]} {row.Groups["kind"]} {row.Groups["unit"]}");

        Assert.Equal(written.Order(StringComparer.Ordinal), Published().Order(StringComparer.Ordinal));
    }

    private static List<string> Published()
    {
        using var tasks = new CelerityMeter(new WorkerLoad(TimeProvider.System));
        using var limits = LimitMeterOf(TimeProvider.System);
        using var figures = new FigureMeter(new FigureBoard(new InMemoryStorage(TimeProvider.System).Tables, TimeProvider.System));
        using var storage = new StorageMeter();
        var published = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == tasks || instrument.Meter.Scope == limits || instrument.Meter.Scope == figures || instrument.Meter.Scope == storage)
                {
                    published.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
                    Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
                }
            },
        };
        listener.Start();
        return published;
    }

    private static LimitMeter LimitMeterOf(TimeProvider time)
    {
        var (tables, instance) = (new InMemoryStorage(time).Tables, new InstanceId());
        return new LimitMeter(
            new ConcurrencySlots(new SlotRows(tables, instance, time), time, NullLogger<ConcurrencySlots>.Instance),
            new RateLimiter(new RateBuckets(tables), instance, time));
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() switch
    {
        var type when type == typeof(Counter<>) => "counter",
        var type when type == typeof(Histogram<>) => "histogram",
        var type when type == typeof(ObservableUpDownCounter<>) => "up-down counter",
        var type when type == typeof(ObservableGauge<>) => "gauge",
        var type => type.Name,
    };

    [GeneratedRegex("""^\| `(?<name>celerity\.[a-z_.]+)` \| (?<kind>[a-z -]+) \| `(?<unit>[^`]+)` \|""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
