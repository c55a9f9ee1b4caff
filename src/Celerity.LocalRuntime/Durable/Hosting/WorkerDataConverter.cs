using System.Text;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The worker's serializer for durable payloads too, as in Functions: one JSON for the whole app.</summary>
internal sealed class WorkerDataConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null)
        {
            return null;
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
        return serializer.Deserialize(stream, targetType, CancellationToken.None);
    }
}
