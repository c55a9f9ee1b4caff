using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.Tasks.Sending;

/// <summary>Reads many tasks: a JSON array of <c>{"task", "payload", "options"}</c>, or one such object a line.</summary>
internal static class BatchJson
{
    public const int MaxCount = 100_000;

    private static readonly EnqueueOptions None = new();

    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    private sealed record Item(string Task, JsonElement? Payload = null, JsonElement? Options = null);

    /// <exception cref="CelerityException">CEL0233: it is no such list, or has no tasks or too many; CEL0208: an item's options cannot be read.</exception>
    public static IReadOnlyList<BatchItem> Read(ReadOnlyMemory<byte> body)
    {
        var tasks = new List<BatchItem>();
        try
        {
            var isArray = body.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
            foreach (var item in isArray ? JsonSerializer.Deserialize<List<Item>>(body.Span, Strict)! : ReadLines(body))
            {
                tasks.Add(ToTask(item ?? throw new JsonException("It is null."), tasks.Count));
            }
        }
        catch (JsonException exception)
        {
            throw Wrong($"item {tasks.Count} or the list around it cannot be read: {exception.Message}", exception);
        }

        return tasks.Count is > 0 and <= MaxCount ? tasks : throw Wrong($"it holds {tasks.Count:N0} tasks", null);
    }

    private static IEnumerable<Item?> ReadLines(ReadOnlyMemory<byte> body)
    {
        for (var rest = body; !rest.IsEmpty;)
        {
            var end = rest.Span.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : rest.Length;
            var line = rest[..end];
            rest = rest[end..];
            if (!line.Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                yield return JsonSerializer.Deserialize<Item>(line.Span, Strict);
            }
        }
    }

    private static BatchItem ToTask(Item item, int at)
    {
        try
        {
            return new BatchItem(item.Task, item.Payload ?? Empty, item.Options is { } options ? EnqueueOptionsJson.Read(options) : None);
        }
        catch (CelerityException exception)
        {
            throw new CelerityException(exception.Code, $"Item {at}: {exception.Detail}", exception);
        }
    }

    private static CelerityException Wrong(string found, Exception? exception) => new(
        ErrorCodes.BadBatch,
        $"The batch is not what it should be: {found}. It must be 1 to {MaxCount:N0} of {{\"task\":\"name\",\"payload\":{{}},\"options\":{{}}}}, as a JSON array or one a line. Nothing was sent.",
        exception);
}
