using System.Text.Json;

namespace Celerity.Tasks.Sending;

/// <summary>One task of a batch, as clients that do not know its type name it.</summary>
internal sealed record BatchItem(string Task, JsonElement Payload, EnqueueOptions Options);
