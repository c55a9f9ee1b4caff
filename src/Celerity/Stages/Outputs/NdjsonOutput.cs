using System.Buffers;
using System.Text.Json;

namespace Celerity.Stages.Outputs;

/// <summary>One JSON value a line.</summary>
internal sealed class NdjsonOutput(Type type) : TextOutput
{
    protected override void Append(object record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, type, CelerityJson.Options);

        // A converter of the user's may write what it likes.
        if (json.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            throw new CelerityException(ErrorCodes.OutputRefused, $"Record {Records + 1:N0} of the chunk's output has a line break outside of its texts. Write JSON without.");
        }

        Buffer.Write(json);
        Buffer.Write("\n"u8);
    }
}
