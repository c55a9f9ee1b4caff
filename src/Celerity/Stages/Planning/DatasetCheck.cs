using System.Text.Json;
using Celerity.Stages.Outputs;
using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>Refuses a dataset that a stage cannot read, before anything is written.</summary>
internal static class DatasetCheck
{
    private const int MaxNameLength = 1024;

    /// <exception cref="CelerityException">CEL0308, CEL0309: a setting is out of its range.</exception>
    public static void CheckSettings(DatasetSource source)
    {
        if (source.Records is { } records)
        {
            CheckRecords(source, records);
        }
        else if (source.Output is { } output)
        {
            _ = OutputName.Parse(output);
            Require(source.ChunkSource is null && IsElsewhere(source), "source.output", "set beside others", "the only one of blob, prefix, records, chunkSource and output");
            Require(source.ChunkBy == ChunkBy.Records, "source.chunkBy", "bytes", "records where source.output is set");
        }
        else if (source.ChunkSource is null)
        {
            CheckBlob(source);
        }

        Require(source.ChunkSource is null || IsElsewhere(source), "source.chunkSource", "set beside others", "the only one of blob, prefix, records and chunkSource");
        Require(source.Parameters is null || source.ChunkSource is not null, "source.parameters", "set", "left out, unless source.chunkSource is set");
        Require(
            source.Parameters is not { Length: > DatasetSource.MaxParametersLength },
            "source.parameters", $"{source.Parameters?.Length} characters", $"up to {DatasetSource.MaxParametersLength:N0} characters");
        Require(
            source.ChunkSize is >= 1 and <= DatasetSource.MaxChunkSize,
            "source.chunkSize", $"{source.ChunkSize}", $"1 to {DatasetSource.MaxChunkSize:N0} records");
        Require(
            source.TargetChunkSeconds is null or (>= ChunkSizing.MinSeconds and <= ChunkSizing.MaxSeconds),
            "source.targetChunkSeconds", $"{source.TargetChunkSeconds}", $"{ChunkSizing.MinSeconds} to {ChunkSizing.MaxSeconds} seconds");
        Require(
            source.TargetChunkSeconds is null || source is { ChunkBy: ChunkBy.Records, Format: not DatasetFormat.Parquet },
            "source.targetChunkSeconds", "set", "left out where chunks are cut by bytes or are row groups");
        Require(
            source.ChunkBytes is >= DatasetSource.MinChunkBytes and <= DatasetSource.MaxChunkBytes,
            "source.chunkBytes", $"{source.ChunkBytes}", $"{DatasetSource.MinChunkBytes:N0} to {DatasetSource.MaxChunkBytes:N0} bytes");
        Require(
            IsSign(source.Delimiter) && source.Delimiter != source.Quote,
            "source.delimiter", $"U+{(int)source.Delimiter:X4}", "one ASCII character that is neither the quote nor a line break");
        Require(IsSign(source.Quote), "source.quote", $"U+{(int)source.Quote:X4}", "one ASCII character that is neither the delimiter nor a line break");
        CheckColumns(source);
        Require(source is not { Format: DatasetFormat.Parquet, ChunkBy: ChunkBy.Bytes }, "source.chunkBy", "bytes", "records where the dataset is Parquet, whose row groups are the chunks");
        Require(source is not { Format: DatasetFormat.Parquet, Compression: DatasetCompression.Gzip }, "source.compression", "gzip", "left out where the dataset is Parquet, whose pages are packed each for itself");
        if (source is { ChunkBy: ChunkBy.Bytes, Format: DatasetFormat.Csv, QuotedNewlines: true })
        {
            throw new CelerityException(
                ErrorCodes.BytesNeedPlainLines,
                "CSV can be cut by bytes only where no quoted field holds a line break. Set source.quotedNewlines to false if that is so, or source.chunkBy to records.");
        }
    }

    /// <summary>Finds a dataset that is one blob, one request.</summary>
    /// <exception cref="CelerityException">CEL0303: it is missing.</exception>
    public static async ValueTask<BlobFacts> FindAsync(IBlobStore blobs, DatasetSource source, CancellationToken cancellationToken) =>
        await blobs.FindAsync(source.Container, source.Blob, cancellationToken).ConfigureAwait(false) ?? throw new CelerityException(
            ErrorCodes.DatasetMissing,
            $"There is no blob '{source.Blob}' in the container '{source.Container}'. Upload it first, or correct source.container and source.blob.");

    /// <summary>Reads a blob's header, one request, and checks its columns.</summary>
    /// <exception cref="CelerityException">CEL0304: it lacks columns; CEL0307: its header has no end; CEL0325: it is not packed as it is said to be.</exception>
    public static async ValueTask<DatasetHeader> ReadHeaderAsync(
        IBlobStore blobs, DatasetSource source, BlobFacts facts, IStageRunner? stage, CancellationToken cancellationToken)
    {
        var header = await DatasetHeader.ReadAsync(blobs, source, facts, cancellationToken).ConfigureAwait(false);
        if (stage is not null && source.Format == DatasetFormat.Csv && facts.Length > 0 && header.HasColumns)
        {
            CheckColumns(source, stage, header.Columns);
        }

        return header;
    }

    /// <exception cref="CelerityException">CEL0304: the dataset lacks columns that the stage reads.</exception>
    public static void CheckColumns(DatasetSource source, IStageRunner stage, IReadOnlyList<string> columns)
    {
        var missing = stage.RequiredColumns.Except(columns, StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count > 0)
        {
            throw new CelerityException(
                ErrorCodes.ColumnsMissing,
                $"'{source.ChunkSource ?? source.Output ?? $"{source.Container}/{source.Blob}"}' lacks the column {string.Join(", ", missing.Select(column => $"'{column}'"))} that {stage.Name} reads. It has: {string.Join(", ", columns)}.");
        }
    }

    private static bool IsElsewhere(DatasetSource source) => source is { Container: "" or null, Blob: "" or null, Prefix: null };

    private static void CheckRecords(DatasetSource source, JsonElement records)
    {
        Require(source is { ChunkSource: null, Output: null } && IsElsewhere(source), "source.records", "set beside others", "the only one of blob, prefix, records and chunkSource");
        Require(records.ValueKind == JsonValueKind.Array, "source.records", $"{records.ValueKind}", "a JSON array");
        var length = records.GetRawText().Length;
        Require(length <= DatasetSource.MaxRecordsLength, "source.records", $"{length:N0} characters", $"up to {DatasetSource.MaxRecordsLength:N0} characters; put more into a blob");
        Require(source.ChunkBy == ChunkBy.Records, "source.chunkBy", "bytes", "records where source.records is set");
    }

    private static void CheckBlob(DatasetSource source)
    {
        Require(!string.IsNullOrWhiteSpace(source.Container), "source.container", "empty", "the name of a blob container");
        Require(source.Prefix is not null || !string.IsNullOrWhiteSpace(source.Blob), "source.blob", "empty", "the name of a blob, unless source.prefix is set");
        Require(source.Prefix is null || source.Blob is null or "", "source.blob", "set", "left out where source.prefix is set");
        Require(source.Prefix is not { Length: > MaxNameLength }, "source.prefix", $"{source.Prefix?.Length} characters", $"up to {MaxNameLength:N0} characters");
    }

    private static bool IsSign(char sign) => char.IsAscii(sign) && sign is not ('\r' or '\n' or '\0');

    private static void CheckColumns(DatasetSource source)
    {
        if (source.Columns is not { } columns)
        {
            return;
        }

        Require(source is { Format: DatasetFormat.Csv, Header: false } or { Format: DatasetFormat.Parquet }, "source.columns", "set", "left out, unless the dataset is Parquet, or CSV without a header");
        Require(
            columns.Count > 0 && columns.All(column => !string.IsNullOrWhiteSpace(column)) && columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() == columns.Count
                && CelerityJson.Write(columns).Length <= DatasetHeader.MaxHeaderBytes,
            "source.columns", $"{columns.Count} names", $"one name or more, none of them empty, each once, {DatasetHeader.MaxHeaderBytes:N0} bytes in all");
    }

    private static void Require(bool holds, string setting, string found, string range)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{setting} is {found}; it must be {range}.");
        }
    }
}
