using System.Buffers;
using System.Text;
using System.Text.Json;
using Celerity.Stages.Planning;
using Celerity.Stages.Sources.RowGroups;

namespace Celerity.Stages.Records;

/// <summary>Reads a chunk that is a row group of a Parquet file.</summary>
internal sealed class RowGroupReader(ChunkContent content, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    : ChunkReader(content, new RecordScanner(delimiter: 0, quotes: false), cancellationToken)
{
    private readonly ArrayBufferWriter<byte> _json = new();

    private RowGroup Rows => Content.Rows!;

    private int Row => RecordCount - 1;

    public override int GetOrdinal(string column) => FindOrdinal(columns, column);

    public override ReadOnlySpan<char> GetText(int ordinal) => Rows.Columns[ordinal].TextOf(Row);

    public override bool IsNull(int ordinal) => Rows.Columns[ordinal].IsNull(Row);

    public override bool TryGet<T>(out T value)
    {
        WriteRow();
        try
        {
            value = JsonSerializer.Deserialize<T>(_json.WrittenSpan, NdjsonChunkReader.Options)!;
            return value is not null;
        }
        catch (JsonException)
        {
            value = default!;
            return false;
        }
    }

    public override void Dispose()
    {
    }

    protected override string FindRaw()
    {
        WriteRow();
        return Encoding.UTF8.GetString(_json.WrittenSpan);
    }

    protected override bool TryNext()
    {
        if (RecordCount == Rows.Rows)
        {
            return false;
        }

        RecordCount++;
        return true;
    }

    private void WriteRow()
    {
        _json.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_json))
        {
            json.WriteStartObject();
            for (var ordinal = 0; ordinal < columns.Count; ordinal++)
            {
                json.WritePropertyName(columns[ordinal]);
                if (IsNull(ordinal))
                {
                    json.WriteNullValue();
                }
                else
                {
                    Rows.Columns[ordinal].Write(json, Row);
                }
            }

            json.WriteEndObject();
        }
    }
}
