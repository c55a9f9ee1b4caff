using System.Diagnostics.Metrics;

namespace Celerity.Tests.Metrics;

/// <summary>What one meter measures, in order: <c>name value {attribute=value, …}</c>.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public Measured(object meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meter)
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>What an instrument that is only read when asked tells now.</summary>
    public string Now(string instrument)
    {
        _listener.RecordObservableInstruments();
        return Of(instrument)[^1];
    }

    /// <summary>The measurements so far of an instrument.</summary>
    public IReadOnlyList<string> Of(string instrument)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.StartsWith(instrument + " ", StringComparison.Ordinal)).Select(line => line[(instrument.Length + 1)..])];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(", ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        lock (_gate)
        {
            _lines.Add(FormattableString.Invariant($"{instrument.Name} {value} {{{text}}}"));
        }
    }
}
