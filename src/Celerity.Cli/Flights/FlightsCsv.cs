using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Parquet;

namespace Celerity.Cli.Flights;

/// <summary>The flight records as CSV, expanded once from the Parquet file of the npm package; the same bytes every time.</summary>
internal static class FlightsCsv
{
    public const int AllRecords = 3_000_000;
    public const string Header = "date,delay,distance,origin,destination";

    // Longer than any line of the file: 19 + 2 × 20 + 2 × 8 characters and the separators.
    private const int LineLimitBytes = 128;

    /// <summary>Gives the path of the CSV; writes it first when it is not there.</summary>
    /// <param name="parquetPath">The packed records.</param>
    /// <param name="folder">Where the CSV is kept.</param>
    /// <param name="cancellationToken">Stops the writing; no part of a file stays under the final name.</param>
    public static async Task<string> EnsureAsync(string parquetPath, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "flights-3m.csv");
        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(folder);
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await ExpandAsync(parquetPath, unfinished, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return path;
    }

    /// <summary>Counts the bytes of the header and the first <paramref name="records"/> records.</summary>
    public static async Task<long> LengthOfFirstAsync(string path, int records, CancellationToken cancellationToken)
    {
        if (records >= AllRecords)
        {
            return new FileInfo(path).Length;
        }

        await using var file = File.OpenRead(path);
        var buffer = new byte[1 << 16];
        var linesLeft = records + 1;
        for (long position = 0; ;)
        {
            var read = await file.ReadAsync(buffer, cancellationToken);
            for (var offset = 0; offset < read;)
            {
                var end = buffer.AsSpan(offset, read - offset).IndexOf((byte)'\n');
                if (end < 0)
                {
                    break;
                }

                offset += end + 1;
                if (--linesLeft == 0)
                {
                    return position + offset;
                }
            }

            position += read;
            if (read == 0)
            {
                return position;
            }
        }
    }

    private static async Task ExpandAsync(string parquetPath, string csvPath, CancellationToken cancellationToken)
    {
        await using var parquet = await ParquetReader.CreateAsync(parquetPath, cancellationToken: cancellationToken);
        await using var csv = new FileStream(csvPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20, useAsync: true);
        await csv.WriteAsync(Encoding.UTF8.GetBytes(Header + "\n"), cancellationToken);
        var lines = new ArrayBufferWriter<byte>(1 << 24);
        for (var index = 0; index < parquet.RowGroupCount; index++)
        {
            using var group = parquet.OpenRowGroupReader(index);
            var flights = await FlightColumns.ReadAsync(group, parquet.Schema, cancellationToken);
            Format(flights, lines);
            await csv.WriteAsync(lines.WrittenMemory, cancellationToken);
            lines.ResetWrittenCount();
        }
    }

    private static void Format(FlightColumns flights, ArrayBufferWriter<byte> lines)
    {
        for (var row = 0; row < flights.Date.Length; row++)
        {
            var line = lines.GetSpan(LineLimitBytes);
            var length = 0;
            if (flights.Date[row] is { } date)
            {
                date.TryFormat(line, out length, "yyyy-MM-ddTHH:mm:ss");
            }

            line[length++] = (byte)',';
            length += Number(flights.Delay[row], line[length..]);
            line[length++] = (byte)',';
            length += Number(flights.Distance[row], line[length..]);
            line[length++] = (byte)',';
            length += Encoding.UTF8.GetBytes(flights.Origin[row], line[length..]);
            line[length++] = (byte)',';
            length += Encoding.UTF8.GetBytes(flights.Destination[row], line[length..]);
            line[length++] = (byte)'\n';
            lines.Advance(length);
        }
    }

    private static int Number(long? value, Span<byte> target)
    {
        if (value is not { } number)
        {
            return 0;
        }

        return Utf8Formatter.TryFormat(number, target, out var length) ? length : throw new InvalidOperationException("The line is too long.");
    }
}
