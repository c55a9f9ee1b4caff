using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Celerity.DeadLetters;

/// <summary>Dead letters as files: NDJSON, which can be read again, and CSV for people's spreadsheets.</summary>
internal static class DeadLetterText
{
    private const byte NewLine = (byte)'\n';

    private static readonly string[] Columns =
    [
        "id", "group", "kind", "state", "task", "queue", "category", "severity", "reason", "at", "attempt", "crashes", "host", "appVersion", "run", "stage", "chunk",
        "correlationId", "traceId", "replays", "replayedAs",
    ];

    public static async Task WriteNdjsonAsync(IAsyncEnumerable<DeadLetter> letters, Stream output, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> newLine = new[] { NewLine };
        await foreach (var letter in letters.ConfigureAwait(false))
        {
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(letter, CelerityJson.Options), cancellationToken).ConfigureAwait(false);
            await output.WriteAsync(newLine, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="CelerityException">CEL0344: a line is no letter.</exception>
    public static async IAsyncEnumerable<DeadLetter> ReadNdjsonAsync(ReadOnlyMemory<byte> text)
    {
        for (var line = 1; !text.IsEmpty; line++)
        {
            var end = text.Span.IndexOf(NewLine);
            var json = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (json.Span.TrimStart(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            yield return Read(json.Span, line);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    public static async Task WriteCsvAsync(IAsyncEnumerable<DeadLetter> letters, Stream output, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(string.Join(',', Columns).AsMemory(), cancellationToken).ConfigureAwait(false);
            await foreach (var letter in letters.ConfigureAwait(false))
            {
                await writer.WriteAsync($"\r\n{Row(letter)}".AsMemory(), cancellationToken).ConfigureAwait(false);
            }

            await writer.WriteAsync("\r\n".AsMemory(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A field as RFC 4180 has it; one that a spreadsheet would take for a formula has an apostrophe before it.</summary>
    public static string Field(string? text)
    {
        var safe = text is [('=' or '+' or '-' or '@' or '\t' or '\r'), ..] ? "'" + text : text ?? "";
        return safe.AsSpan().IndexOfAny(",\"\r\n'") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static string Row(DeadLetter letter) => string.Join(',', new string?[]
    {
        letter.Id,
        letter.Group,
        Name(letter.Kind),
        Name(letter.State),
        letter.Task,
        letter.Queue,
        Name(letter.Category),
        Name(letter.Severity),
        letter.Reason,
        letter.At.ToString("O", CultureInfo.InvariantCulture),
        letter.Attempt.ToString(CultureInfo.InvariantCulture),
        letter.Crashes.ToString(CultureInfo.InvariantCulture),
        letter.Host,
        letter.AppVersion,
        letter.Run,
        letter.Stage,
        letter.Chunk?.ToString(CultureInfo.InvariantCulture),
        letter.CorrelationId,
        letter.TraceId,
        letter.Replays.ToString(CultureInfo.InvariantCulture),
        letter.ReplayedAs,
    }.Select(Field));

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static DeadLetter Read(ReadOnlySpan<byte> json, int line)
    {
        try
        {
            return JsonSerializer.Deserialize<DeadLetter>(json, CelerityJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadDeadLetter, $"Line {line} is no dead letter: {exception.Message} Those before it are kept.", exception);
        }
    }
}
