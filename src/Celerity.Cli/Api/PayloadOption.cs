using System.CommandLine;
using System.Text.Json;

namespace Celerity.Cli.Api;

/// <summary>A payload from a file or from what is piped in.</summary>
internal sealed class PayloadOption(string description, Surroundings around, string name = "--payload")
{
    /// <summary>More than any app takes.</summary>
    private const int MaxChars = 1_000_000;

    public Option<string> Option { get; } = new(name) { Description = $"{description} A file with JSON, - for what is piped in, or a JSON object itself.", HelpName = "FILE" };

    /// <summary>Reads it; <see langword="null"/> where none is given.</summary>
    /// <exception cref="WrongUsageException">It cannot be read, is too long or no JSON.</exception>
    public async Task<JsonElement?> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Option) is not { } file)
        {
            return null;
        }

        try
        {
            using var reader = file == "-" ? around.Input : file.StartsWith('{') ? new StringReader(file) : File.OpenText(file);
            var buffer = new char[MaxChars + 1];

            // What reads the keyboard heeds no token.
            var length = await Task.Run(() => reader.ReadBlock(buffer), CancellationToken.None).WaitAsync(cancellationToken);
            return length <= MaxChars
                ? JsonElement.Parse(buffer.AsSpan(0, length))
                : throw new WrongUsageException($"{name} is longer than {MaxChars:N0} characters. Put what is large into a blob and name the blob.");
        }
        catch (JsonException failure)
        {
            // Its own message has the text in it, which may be a secret or an escape sequence.
            throw new WrongUsageException($"{name}{(file.StartsWith('{') ? "" : " " + file)} is not JSON: see line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"{name} cannot be read: {failure.Message}");
        }
    }
}
