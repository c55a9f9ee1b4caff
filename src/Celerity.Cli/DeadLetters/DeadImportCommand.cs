using System.CommandLine;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead import</c>.</summary>
internal sealed class DeadImportCommand : AppCommand
{
    private const int MaxPartBytes = 8 * 1024 * 1024;

    private readonly Argument<string> _file = new("file") { Description = "The file." };

    public DeadImportCommand(AppOptions app, Surroundings around)
        : base("import", "Keep dead letters that were exported as ndjson, here or elsewhere.", app, around)
    {
        Arguments.Add(_file);
        SetAction(ImportAsync);
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead import dead.ndjson", "keeps what was exported; again it changes nothing"),
        ("celerity dead import dead.ndjson --url https://other.example.org", "in another app"),
    ];

    private async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        if (!File.Exists(file))
        {
            throw new WrongUsageException($"There is no file '{file}'.");
        }

        using var api = Connect(parsed);
        var (count, begin) = (0L, 1L);
        try
        {
            await foreach (var (part, lines) in PartsAsync(file, cancellationToken))
            {
                using var body = new ByteArrayContent(part);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                count += (await api.PostAsync("dead-letters", body, cancellationToken)).GetProperty("count").GetInt64();
                begin += lines;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or AppRefusedException)
        {
            // The app counts the lines of a part, people those of the file.
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"{count:N0} letters are kept, and maybe some of the part that begins with line {begin:N0} of the file, which is line 1 to the app. "
                + "To import the file again keeps none twice.");
            throw;
        }

        return await PrintAsync(parsed, JsonSerializer.SerializeToElement(new { count }), (_, page) => page.Line($"{count:N0} letters are kept."));
    }

    // Cut at line ends, so that no request is too large.
    private static async IAsyncEnumerable<(byte[] Part, int Lines)> PartsAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var part = new MemoryStream();
        var lines = 0;
        await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
        {
            var bytes = Encoding.UTF8.GetBytes(line + "\n");
            if (part.Length > 0 && part.Length + bytes.Length > MaxPartBytes)
            {
                yield return (part.ToArray(), lines);
                part.SetLength(0);
                lines = 0;
            }

            part.Write(bytes);
            lines++;
        }

        if (part.Length > 0)
        {
            yield return (part.ToArray(), lines);
        }
    }
}
