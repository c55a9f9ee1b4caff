namespace Celerity.Tests.Tasks.Model;

/// <summary>A message on a model queue.</summary>
internal sealed class ModelMessage(string queue, string id, string body)
{
    public string Queue { get; } = queue;

    public string Id { get; } = id;

    public string Body { get; } = body;

    public int DequeueCount { get; set; }

    /// <summary>Gets or sets from when on it can be received.</summary>
    public DateTimeOffset VisibleAt { get; set; }
}
