using System.CommandLine;
using System.Net.Http.Headers;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead import</c>.</summary>
internal sealed class DeadImportCommand : DeadSubcommand
{
    private const int MaxPartBytes = 8 * 1024 * 1024;

    public DeadImportCommand(AppOptions app, HttpMessageHandler? handler)
        : base("import", "Keep dead letters that were exported as ndjson, here or elsewhere.", app, handler)
    {
        var file = new Argument<string>("file") { Description = "The file." };
        Arguments.Add(file);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var count = 0L;
            await foreach (var part in PartsAsync(parsed.GetValue(file)!, cancellationToken))
            {
                using var body = new ByteArrayContent(part);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                count += (await api.PostAsync("dead-letters", body, cancellationToken)).GetProperty("count").GetInt64();
            }

            await parsed.InvocationConfiguration.Output.WriteLineAsync(WantsJson(parsed) ? $$"""{"count":{{count}}}""" : $"{count:N0} letters are kept.");
            return ExitCodes.Success;
        });
    }

    // Cut at line ends, so that no request is too large.
    private static async IAsyncEnumerable<byte[]> PartsAsync(string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var part = new MemoryStream();
        await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(line + "\n");
            if (part.Length > 0 && part.Length + bytes.Length > MaxPartBytes)
            {
                yield return part.ToArray();
                part.SetLength(0);
            }

            part.Write(bytes);
        }

        if (part.Length > 0)
        {
            yield return part.ToArray();
        }
    }
}
