using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Queues;
using Celerity.TestKit.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Hosting;

/// <summary>The queues of the app's storage, as a test uses them: messages are written and read the way host.json says.</summary>
public sealed class TestQueues
{
    private readonly HostDriver _driver;
    private readonly TestStorage _storage;

    internal TestQueues(HostDriver driver, TestStorage storage)
    {
        _driver = driver;
        _storage = storage;
    }

    /// <summary>Sends a message; the queue is created when it is missing.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="message">A string is sent as it is, anything else as JSON with camel-case names.</param>
    /// <param name="delay">How long it stays invisible, in whole seconds.</param>
    /// <returns>A task that ends when it is sent; the function has not run by then.</returns>
    public async Task SendAsync(string queue, object message, TimeSpan? delay = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = message as string ?? JsonSerializer.Serialize(message, JsonSerializerOptions.Web);
        var process = await _driver.CurrentAsync().ConfigureAwait(false);
        var client = _storage.CreateQueueServiceClient().GetQueueClient(queue);
        await client.CreateIfNotExistsAsync().ConfigureAwait(false);
        await client.SendMessageAsync(QueueMessageText.Encode(BinaryData.FromString(text), EncodingOf(process)), delay).ConfigureAwait(false);
    }

    /// <summary>Counts the messages of a queue, those that are hidden or being worked on too.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <returns>The number; 0 for a queue that does not exist.</returns>
    public async Task<int> CountAsync(string queue)
    {
        var client = _storage.CreateQueueServiceClient().GetQueueClient(queue);
        return await client.ExistsAsync().ConfigureAwait(false) ? (await client.GetPropertiesAsync().ConfigureAwait(false)).Value.ApproximateMessagesCount : 0;
    }

    /// <summary>Reads the messages of a queue that can be received now, at most 32, and leaves them there.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <returns>Their bodies as text; none for a queue that does not exist.</returns>
    public async Task<IReadOnlyList<string>> PeekAsync(string queue)
    {
        var encoding = EncodingOf(await _driver.CurrentAsync().ConfigureAwait(false));
        var client = _storage.CreateQueueServiceClient().GetQueueClient(queue);
        return await client.ExistsAsync().ConfigureAwait(false)
            ? [.. (await client.PeekMessagesAsync(32).ConfigureAwait(false)).Value
                .Select(message => QueueMessageText.TryDecode(message.MessageText, encoding)?.ToString() ?? message.MessageText)]
            : [];
    }

    /// <summary>Reads the messages of a queue that can be received now as JSON, at most 32, and leaves them there.</summary>
    /// <typeparam name="T">The messages' type.</typeparam>
    /// <param name="queue">The queue's name.</param>
    /// <returns>The messages; none for a queue that does not exist.</returns>
    /// <exception cref="JsonException">A message is not of that type.</exception>
    public async Task<IReadOnlyList<T>> PeekAsync<T>(string queue) =>
        [.. (await PeekAsync(queue).ConfigureAwait(false)).Select(text => JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!)];

    private static QueueMessageEncoding EncodingOf(AppProcess process) => process.Host!.Services.GetRequiredService<QueueSettings>().MessageEncoding;
}
