using System.Buffers.Binary;
using Celerity.Storage;
using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>A Parquet file in a blob: its end is read first, and then of each row group the columns that are wanted.</summary>
internal sealed class RowGroupFile : IAsyncDisposable
{
    private const int TailBytes = 64 * 1024;
    private const int MaxFooterBytes = 32 * 1024 * 1024;

    // What lies between two columns is read along where that is cheaper than a request.
    private const int MaxGapBytes = 256 * 1024;

    // A row group is read whole: what its columns unpack to, and 16 bytes for each value.
    private const long MaxGroupBytes = 512 * 1024 * 1024;

    private static readonly ParquetOptions Options = new() { UseDateOnlyTypeForDates = true };

    private readonly IBlobStore _blobs;
    private readonly DatasetSource _source;
    private readonly string? _etag;
    private readonly SparseStream _file;
    private readonly string _name;
    private ParquetReader _reader = null!;
    private DataField[] _fields = [];

    private RowGroupFile(IBlobStore blobs, DatasetSource source, long length, string? etag)
    {
        (_blobs, _source, _etag, _file) = (blobs, source, etag, new SparseStream(length));
        _name = $"'{source.Container}/{source.Blob}'";
    }

    public int GroupCount => _reader.RowGroupCount;

    /// <summary>Gets the names of the columns that are read.</summary>
    public IReadOnlyList<string> Columns => [.. _fields.Select(column => column.Name)];

    /// <summary>Opens a file with one request, two where it has very many row groups.</summary>
    /// <param name="blobs">The blobs.</param>
    /// <param name="source">The blob.</param>
    /// <param name="length">Its length.</param>
    /// <param name="etag">The version it must have, or <see langword="null"/>.</param>
    /// <param name="columns">The columns that are read; all where <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0304: it lacks one of the columns; CEL0325: it is no Parquet file; CEL0328: a column holds more than one value a row.</exception>
    public static async ValueTask<RowGroupFile> OpenAsync(
        IBlobStore blobs, DatasetSource source, long length, string? etag, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        var file = new RowGroupFile(blobs, source, length, etag);
        await file.ReadFooterAsync(cancellationToken).ConfigureAwait(false);
        file._fields = file.Guard(() => file.Project(columns).ToArray());
        return file;
    }

    /// <summary>Tells where a row group lies.</summary>
    /// <exception cref="CelerityException">CEL0325: it lies outside of the file; CEL0328: it is too large to be read.</exception>
    public RowGroupFacts FindGroup(int index) => Guard(() =>
    {
        using var group = _reader.OpenRowGroupReader(index);
        var columns = _fields.Select(field => group.GetMetadata(field)!.MetaData!).ToList();
        var size = columns.Sum(column => column.TotalUncompressedSize) + (16 * group.RowCount * Math.Max(1, _fields.Length));
        if (group.RowCount < 0 || group.RowCount > MaxGroupBytes || size > MaxGroupBytes)
        {
            throw new CelerityException(
                ErrorCodes.ParquetUnreadable,
                $"Row group {index + 1} of {_name} takes about {size:N0} bytes to read its {_fields.Length} columns; the limit is {MaxGroupBytes:N0}. Name fewer columns in source.columns, or write smaller row groups.");
        }

        var parts = new List<(long Offset, long Length)>();
        foreach (var (offset, length) in columns.Select(PartOf).OrderBy(part => part.Offset))
        {
            if (offset < 4 || length < 0 || offset > _file.Length - length)
            {
                throw new InvalidDataException($"row group {index + 1} lies outside of it");
            }

            if (parts is [.., var last] && offset - (last.Offset + last.Length) <= MaxGapBytes)
            {
                parts[^1] = (last.Offset, Math.Max(last.Length, offset + length - last.Offset));
            }
            else
            {
                parts.Add((offset, length));
            }
        }

        return new RowGroupFacts((int)group.RowCount, parts);
    });

    /// <summary>Reads the columns of a row group, one request for those that lie side by side.</summary>
    public ValueTask<RowGroup> ReadGroupAsync(int index, CancellationToken cancellationToken) => ReadGroupAsync(
        index,
        async (group, fields, rows) =>
        {
            var read = new List<RowGroupColumn>(fields.Count);
            foreach (var field in fields)
            {
                read.Add(await ColumnReading.ReadAsync(group, field, rows, cancellationToken).ConfigureAwait(false));
            }

            return new RowGroup(rows, read);
        },
        cancellationToken);

    /// <summary>Reads a row group as the caller likes.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="read">Reads it: of which columns, and how many rows.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<T> ReadGroupAsync<T>(
        int index, Func<ParquetRowGroupReader, IReadOnlyList<DataField>, int, Task<T>> read, CancellationToken cancellationToken)
    {
        if (index < 0 || index >= GroupCount)
        {
            throw Damaged($"it has no row group {index + 1}", null);
        }

        var facts = FindGroup(index);
        foreach (var (offset, length) in facts.Parts)
        {
            await FetchAsync(offset, (int)length, cancellationToken).ConfigureAwait(false);
        }

        var result = await GuardAsync(async () =>
        {
            using var group = _reader.OpenRowGroupReader(index);
            return await read(group, _fields, facts.Rows).ConfigureAwait(false);
        }).ConfigureAwait(false);
        _file.Trim(2);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
        }

        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private static (long Offset, long Length) PartOf(Parquet.Meta.ColumnMetaData column)
    {
        // Some writers say 0 where there is no dictionary.
        var start = column.DictionaryPageOffset is > 0 and var dictionary ? Math.Min(dictionary, column.DataPageOffset) : column.DataPageOffset;
        return (start, column.TotalCompressedSize);
    }

    private async ValueTask ReadFooterAsync(CancellationToken cancellationToken)
    {
        if (_file.Length < 12)
        {
            throw Damaged("it is too short", null);
        }

        // The library looks at the first four bytes only to see that they are these.
        _file.Add(0, "PAR1"u8.ToArray());
        var tail = await ReadAsync(Math.Max(4, _file.Length - TailBytes), cancellationToken).ConfigureAwait(false);
        if (!tail.AsSpan().EndsWith("PAR1"u8))
        {
            throw Damaged("it does not end as one", null);
        }

        var footer = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(tail.Length - 8)) + 8L;
        if (footer < 8 || footer > Math.Min(MaxFooterBytes, _file.Length - 4))
        {
            throw Damaged($"its footer is said to have {footer:N0} bytes", null);
        }

        _file.Add(_file.Length - Math.Max(footer, tail.Length), footer <= tail.Length ? tail : await ReadAsync(_file.Length - footer, cancellationToken).ConfigureAwait(false));
        _reader = await GuardAsync(async () => await ParquetReader.CreateAsync(_file, Options, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private IEnumerable<DataField> Project(IReadOnlyList<string>? columns)
    {
        var fields = _reader.Schema.Fields;
        foreach (var name in columns ?? [.. fields.Select(field => field.Name)])
        {
            var found = fields.FirstOrDefault(field => field.Name == name)
                ?? fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new CelerityException(
                    ErrorCodes.ColumnsMissing, $"{_name} lacks the column '{name}' that source.columns names. It has: {string.Join(", ", fields.Select(field => field.Name))}.");
            yield return found switch
            {
                DataField { IsArray: false, MaxRepetitionLevel: 0 } flat when ColumnReading.CanRead(flat) => flat,
                DataField { IsArray: false, MaxRepetitionLevel: 0 } flat => throw Unreadable(found, $"is of a type that is not read, {flat.ClrType.Name}"),
                _ => throw Unreadable(found, "is nested: it holds more than one value a row"),
            };
        }
    }

    private CelerityException Unreadable(Field column, string reason) => new(
        ErrorCodes.ParquetUnreadable, $"The column '{column.Name}' of {_name} {reason}. Name the columns to read in source.columns, without it.");

    private async ValueTask FetchAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (!_file.Holds(offset, length))
        {
            _file.Add(offset, await ReadAsync(offset, cancellationToken, length).ConfigureAwait(false));
        }
    }

    private async ValueTask<byte[]> ReadAsync(long offset, CancellationToken cancellationToken, int? length = null)
    {
        var bytes = new byte[length ?? (int)(_file.Length - offset)];
        var stream = await _blobs.OpenReadAsync(_source.Container, _source.Blob, offset, bytes.Length, _etag, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        return bytes;
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not CelerityException)
        {
            throw Damaged(exception.Message.TrimEnd('.'), exception);
        }
    }

    // The bytes are here: whatever the library throws over a file that is damaged, or written as it cannot read it, will be thrown again.
    private async ValueTask<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not CelerityException and not OperationCanceledException)
        {
            throw Damaged(exception.Message.TrimEnd('.'), exception);
        }
    }

    private CelerityException Damaged(string reason, Exception? cause)
    {
        var message = $"{_name} cannot be read as a Parquet file: {reason}. Write it again.";
        return cause is null ? new CelerityException(ErrorCodes.DatasetDamaged, message) : new CelerityException(ErrorCodes.DatasetDamaged, message, cause);
    }
}
