using System.Text.Json;
using System.Text.Json.Nodes;

namespace Celerity.Webhooks;

/// <summary>Writes events as the bodies that receivers get.</summary>
internal static class WebhookBody
{
    /// <summary>How much data of a handler's own an event carries. What is larger is left out, and said to be.</summary>
    public const int MaxDataChars = 32 * 1024;

    public static JsonNode Of(TaskEvent happened)
    {
        var data = happened.Data is null ? null : JsonSerializer.Serialize(happened.Data, CelerityJson.Options);
        var isTooLarge = data?.Length > MaxDataChars;
        return JsonSerializer.SerializeToNode(
            new
            {
                Type = $"task.{JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString())}",
                Timestamp = happened.At,
                Data = new
                {
                    happened.Id,
                    Task = happened.Name,
                    happened.Queue,
                    happened.Attempt,
                    happened.CorrelationId,
                    happened.Tags,
                    happened.Category,
                    happened.Reason,
                    happened.Delay,
                    happened.Progress,
                    happened.Signal,
                    Data = data is null || isTooLarge ? null : JsonNode.Parse(data),
                    DataOmitted = isTooLarge ? true : default(bool?),
                },
            },
            CelerityJson.Options)!;
    }
}
