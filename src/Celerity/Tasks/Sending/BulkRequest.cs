using System.Text.Json;

namespace Celerity.Tasks.Sending;

/// <summary>One task of many.</summary>
internal readonly record struct BulkRequest(TaskSettings Settings, object Payload, Type PayloadType, EnqueueOptions Options);

/// <summary>A task as clients that do not know its type name it.</summary>
internal sealed record NamedTask(string Task, JsonElement Payload, EnqueueOptions Options);
