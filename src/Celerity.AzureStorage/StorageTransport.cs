namespace Celerity.AzureStorage;

/// <summary>How requests reach the account, and how long they are tried.</summary>
internal sealed record StorageTransport
{
    /// <summary>Gets what carries the requests, or <see langword="null"/> for a pool of connections of our own.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Gets how long one try may stay without an answer.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long to wait before the second try; each further wait is twice as long, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how often a request is tried again after its first try.</summary>
    public int RetryCount { get; init; } = 4;
}
