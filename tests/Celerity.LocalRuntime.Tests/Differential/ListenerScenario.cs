using Azure.Storage.Queues;

namespace Celerity.LocalRuntime.Tests.Differential;

/// <summary>Messages for one queue function, how the function behaves, and how its listener is set.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Texts">The messages as they stand in the queue.</param>
public sealed record ListenerScenario(string Name, params string[] Texts)
{
    /// <summary>Gets how many attempts fail; of each message, before one succeeds.</summary>
    public int Failures { get; init; }

    /// <summary>Gets how many attempts are to be seen in all.</summary>
    public required int Attempts { get; init; }

    public int MaxDequeueCount { get; init; } = 5;

    public TimeSpan VisibilityTimeout { get; init; }

    public QueueMessageEncoding Encoding { get; init; } = QueueMessageEncoding.Base64;

    /// <summary>Gets how often the messages have been received before the listener starts.</summary>
    public int ReceivedBefore { get; init; }

    /// <summary>Gets a value indicating whether the function deletes its message itself.</summary>
    public bool DeletesItself { get; init; }

    /// <summary>Gets a value indicating whether the queue is one for poison messages itself.</summary>
    public bool IsPoisonQueue { get; init; }

    /// <summary>Gets how many messages stay in the queue.</summary>
    public int Left { get; init; }

    public override string ToString() => Name;
}
