using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>Reads what came from a queue, and takes for unreadable what is not signed as the queue asks for, or would have others signed.</summary>
internal sealed class MessageReader(MessageSigner signer)
{
    public DecodedMessage Read(ReadOnlyMemory<byte> body, string messageId, string queue) =>
        MessageCodec.Decode(body, messageId, json => signer.FindFault(json, queue), task => CheckFollowers(task, queue));

    private void CheckFollowers(TaskEnvelope task, string queue)
    {
        if (signer.FindUnsigned(queue, task.Next.Append(task.OnError)) is { } link)
        {
            throw new WireFormatException(
                $"'{JsonFields.Short(link.Task)}', which is to follow it, goes to the queue '{link.Queue}', which takes signed messages only, and the queue '{queue}' takes any",
                ErrorCodes.FollowerUnsigned);
        }
    }
}
