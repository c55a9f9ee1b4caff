using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>How a client writes data.</summary>
public class DurableTaskClientOptions
{
    /// <summary>Gets or sets the version of orchestrations that are started without one.</summary>
    public string DefaultVersion { get; set; } = string.Empty;

    public DataConverter DataConverter { get; set; } = JsonDataConverter.Default;

    public bool EnableEntitySupport { get; set; }

    internal void CopyTo(DurableTaskClientOptions other)
    {
        other.DefaultVersion = DefaultVersion;
        other.DataConverter = DataConverter;
        other.EnableEntitySupport = EnableEntitySupport;
    }
}
