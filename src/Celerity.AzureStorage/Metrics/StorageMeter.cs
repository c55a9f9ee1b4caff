using System.Diagnostics.Metrics;

namespace Celerity.AzureStorage.Metrics;

/// <summary>Counts the requests that this process makes: they are the bill. Those of the Functions host and of Durable Functions are made elsewhere.</summary>
internal sealed class StorageMeter : IDisposable
{
    /// <summary>What to listen to.</summary>
    public const string Name = "Celerity.Storage";

    private readonly Meter _meter;

    public StorageMeter()
    {
        _meter = new Meter(new MeterOptions(Name) { Version = "1", Scope = this });
        Requests = _meter.CreateCounter<long>(
            "celerity.storage.requests", "{request}", "Requests to the storage account, each try counted, by service, operation and status.");
        Duration = _meter.CreateHistogram(
            "celerity.storage.request.duration",
            "s",
            "How long requests took until the answer's head.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] });
    }

    public Counter<long> Requests { get; }

    public Histogram<double> Duration { get; }

    public void Dispose() => _meter.Dispose();
}
