using System.Text.RegularExpressions;

namespace Celerity.KillSwitch;

/// <summary>One call of the storage.</summary>
/// <param name="Signature">Its name without what differs from run to run: ids, numbers, receipts.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="IsSend">Whether it puts a message on a queue.</param>
/// <param name="IsReceive">Whether it takes messages from a queue.</param>
internal sealed partial record StorageCall(string Signature, string Path, bool IsSend, bool IsReceive)
{
    private const string Messages = "/messages";

    public static StorageCall Of(HttpRequestMessage request)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        var isQueue = path.EndsWith(Messages, StringComparison.Ordinal);
        return new StorageCall(
            $"{request.Method} {Numbers().Replace(Ids().Replace(Shards().Replace(path, "*"), "*"), "*")}",
            path,
            IsSend: isQueue && request.Method == HttpMethod.Post,
            IsReceive: isQueue && request.Method == HttpMethod.Get);
    }

    /// <summary>Counts the messages that an answer brings; it can be read again afterwards.</summary>
    public static int CountMessages(HttpResponseMessage? response)
    {
        if (response is not { IsSuccessStatusCode: true })
        {
            return 0;
        }

        // The framework tells of the answer before it hands it on, and waits meanwhile.
        response.Content.LoadIntoBufferAsync().GetAwaiter().GetResult();
        return MessageElement().Count(response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}")]
    private static partial Regex Ids();

    // The partitions of tasks: an hour and a digit, or a hash.
    [GeneratedRegex("(?<=PartitionKey=')(?:[0-9]{10}-[0-9a-f]|x-[0-9a-f]{2})(?=')")]
    private static partial Regex Shards();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex("<QueueMessage>")]
    private static partial Regex MessageElement();
}
