using System.Diagnostics;
using System.Diagnostics.Metrics;
using Celerity.History;

namespace Celerity.AzureStorage.Metrics;

/// <summary>Counts the requests that this process makes: they are the bill. Those of the Functions host and of Durable Functions are made elsewhere.</summary>
internal sealed class StorageMeter : IDisposable
{
    /// <summary>What to listen to.</summary>
    public const string Name = "Celerity.Storage";

    private readonly Meter _meter;
    private readonly HistoryCounter? _history;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public StorageMeter(HistoryCounter? history = null)
    {
        _history = history;
        _meter = new Meter(new MeterOptions(Name) { Version = "1", Scope = this });
        _requests = _meter.CreateCounter<long>(
            "celerity.storage.requests", "{request}", "Requests to the storage account, each try counted, by service, operation and status.");
        _duration = _meter.CreateHistogram(
            "celerity.storage.request.duration",
            "s",
            "How long requests took until the answer's head.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] });
    }

    /// <summary>Counts one try of a request.</summary>
    public void Count(string service, string operation, string status, TimeSpan took)
    {
        var tags = new TagList
        {
            { "celerity.storage.service", service },
            { "celerity.storage.operation", operation },
            { "http.response.status_code", status },
        };
        _requests.Add(1, tags);
        _duration.Record(took.TotalSeconds, tags);
        _history?.CountRequest($"{service} {operation}");
    }

    public void Dispose() => _meter.Dispose();
}
