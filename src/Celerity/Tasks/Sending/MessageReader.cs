using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>Reads what came from a queue, and takes for unreadable what is not signed as the queue asks for.</summary>
internal sealed class MessageReader(MessageSigner signer)
{
    public DecodedMessage Read(ReadOnlyMemory<byte> body, string messageId, string queue) =>
        MessageCodec.Decode(body, messageId, json => signer.FindFault(json, queue));
}
