using System.Globalization;
using System.Text;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>Reads and writes the multipart bodies of entity group transactions.</summary>
internal static class TableBatch
{
    private const int Limit = 100;

    public static IReadOnlyList<TableCall> Read(StorageRequest request)
    {
        // Inside the batch is a change set, and each of its parts holds one request: all that is told apart by the request lines.
        var calls = new List<TableCall>();
        var lines = Encoding.UTF8.GetString(request.Body).ReplaceLineEndings("\n").Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].EndsWith(" HTTP/1.1", StringComparison.Ordinal))
            {
                calls.Add(ReadCall(lines, ref at));
            }
        }

        return calls.Count <= Limit
            ? calls
            : throw new StorageError(400, "InvalidInput", "The batch request operation exceeds the maximum 100 changes per change set.");
    }

    public static StorageResponse Write(IEnumerable<StorageResponse> answers)
    {
        var (batch, changes) = ($"batchresponse_{Guid.NewGuid()}", $"changesetresponse_{Guid.NewGuid()}");
        var text = new StringBuilder();
        text.Append($"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n");
        foreach (var answer in answers)
        {
            text.Append($"--{changes}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {(answer.Status < 300 ? "OK" : answer.ErrorCode)}\r\n");
            text.Append("X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nDataServiceVersion: 3.0;\r\n");
            foreach (var (name, value) in answer.Headers)
            {
                text.Append($"{name}: {value}\r\n");
            }

            if (answer.ContentType is not null)
            {
                text.Append($"Content-Type: {answer.ContentType}\r\n");
            }

            text.Append("\r\n").Append(Encoding.UTF8.GetString(answer.Body)).Append("\r\n");
        }

        text.Append($"--{changes}--\r\n--{batch}--\r\n");
        return new StorageResponse(202) { ContentType = $"multipart/mixed; boundary={batch}", Body = Encoding.UTF8.GetBytes(text.ToString()) };
    }

    private static TableCall ReadCall(string[] lines, ref int at)
    {
        var parts = lines[at].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (at++; at < lines.Length && lines[at].Length > 0; at++)
        {
            var colon = lines[at].IndexOf(':', StringComparison.Ordinal);
            headers[lines[at][..colon]] = lines[at][(colon + 1)..].Trim();
        }

        var body = new StringBuilder();
        for (at++; at < lines.Length && !lines[at].StartsWith("--changeset_", StringComparison.Ordinal) && !lines[at].StartsWith("--batch_", StringComparison.Ordinal); at++)
        {
            body.Append(lines[at]).Append('\n');
        }

        return TableCall.Of(parts[0], new Uri(parts[1]), headers.GetValueOrDefault, Encoding.UTF8.GetBytes(body.ToString()));
    }
}
