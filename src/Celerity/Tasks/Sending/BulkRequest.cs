namespace Celerity.Tasks.Sending;

/// <summary>One task of many.</summary>
internal readonly record struct BulkRequest(TaskSettings Settings, object Payload, Type PayloadType, EnqueueOptions Options);
