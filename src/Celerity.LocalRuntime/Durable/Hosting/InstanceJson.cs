using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The host's JSON for an instance.</summary>
internal static class InstanceJson
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    public static JsonObject Of(InstanceRow row, bool showInput, IReadOnlyList<HistoryEvent>? history = null, bool showResults = false) => new()
    {
        ["name"] = row.Name,
        ["instanceId"] = row.Id,
        ["runtimeStatus"] = row.Status.ToString(),
        ["input"] = showInput ? Parse(row.Input) : null,
        ["customStatus"] = Parse(row.CustomStatus),
        ["output"] = Parse(row.Output),
        ["createdTime"] = row.CreatedAt.UtcDateTime.ToString(TimeFormat),
        ["lastUpdatedTime"] = row.UpdatedAt.UtcDateTime.ToString(TimeFormat),
        ["historyEvents"] = history is null ? null : new JsonArray([.. history.Select(item => EventOf(item, showResults))]),
    };

    private static JsonObject EventOf(HistoryEvent item, bool showResults)
    {
        var json = new JsonObject { ["EventType"] = item.GetType().Name, ["Timestamp"] = item.At.ToString("o") };
        switch (item)
        {
            case ExecutionStarted started:
                json["FunctionName"] = started.Name;
                break;
            case ScheduledEvent scheduled:
                json["Id"] = scheduled.Id;
                json["Name"] = scheduled.Name;
                break;
            case ResultEvent result:
                json["TaskScheduledId"] = result.TaskId;
                break;
            case EventRaised raised:
                json["Name"] = raised.Name;
                break;
            case ExecutionCompleted completed:
                json["OrchestrationStatus"] = completed.Status.ToString();
                break;
        }

        if (showResults && ResultOf(item) is { } text)
        {
            json["Result"] = Parse(text);
        }

        return json;
    }

    private static string? ResultOf(HistoryEvent item) => item switch
    {
        TaskCompleted completed => completed.Result,
        SubOrchestrationInstanceCompleted completed => completed.Result,
        ExecutionCompleted completed => completed.Result,
        EventRaised raised => raised.Input,
        TaskFailed failed => failed.Failure.ToString(),
        SubOrchestrationInstanceFailed failed => failed.Failure.ToString(),
        _ => null,
    };

    /// <summary>The text as the JSON that it is, or as a string where it is none, such as the reason of a failure.</summary>
    public static JsonNode? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
