using System.Text;
using System.Text.Json;
using Celerity.Celery;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.Celery;

/// <summary>Messages as Celery 5.2.6 with kombu 5.2.4 put them on an Azure Storage queue, byte for byte but for the newline at their end.</summary>
internal static class CeleryFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Celery", "Golden");

    public static IEnumerable<string> All => Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllText);

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name + ".json")).TrimEnd('\n');

    public static TaskEnvelope Decode(string message)
    {
        var decoded = MessageCodec.Decode(Encoding.UTF8.GetBytes(message), "m1");
        Assert.Empty(decoded.Undecodable);
        return Assert.Single(decoded.Tasks);
    }

    public static string Refusal(string message)
    {
        var decoded = MessageCodec.Decode(Encoding.UTF8.GetBytes(message), "m1");
        Assert.Empty(decoded.Tasks);
        return Assert.Single(decoded.Undecodable).Reason;
    }

    /// <summary>Writes a message as Celery does.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="args">The positional arguments.</param>
    /// <param name="embed">The third part of the body.</param>
    /// <param name="kwargs">The keyword arguments.</param>
    /// <param name="id">The id.</param>
    /// <param name="headers">More headers.</param>
    public static string Write(
        string task, object[] args, object? embed = null, object? kwargs = null, string? id = "t1", IReadOnlyDictionary<string, object?>? headers = null)
    {
        var all = new Dictionary<string, object?>(headers ?? new Dictionary<string, object?>()) { ["task"] = task, ["id"] = id };
        return Write(JsonSerializer.Serialize(new object?[] { args, kwargs ?? new { }, embed ?? new { } }), all);
    }

    public static string Write(string body, object headers) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
        ["content-type"] = "application/json",
        ["headers"] = headers,
        ["properties"] = new { body_encoding = "base64" },
    });

    /// <summary>Makes a signature.</summary>
    public static object Sign(string task, object[] args, object? options = null, bool immutable = false, object? kwargs = null) =>
        new { task, args, kwargs = kwargs ?? new { }, options = options ?? new { }, subtask_type = (string?)null, immutable };

    /// <summary>Reads what a message for Celery's workers says.</summary>
    public static (JsonElement Message, JsonElement Body) Open(string message)
    {
        var json = JsonElement.Parse(message);
        return (json, JsonElement.Parse(json.GetProperty("body").GetBytesFromBase64()));
    }

    public static IReadOnlyList<CeleryTask> Expand(JsonElement signature, params JsonElement[] values) => CeleryCanvas.Expand(
        signature, new CeleryTurn("parent", "role", DateTimeOffset.UnixEpoch) { Values = values, RootId = "root" });
}
