using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Sends what functions return through <c>[QueueOutput]</c>.</summary>
internal sealed class QueueOutputBinding(
    QueueSettings settings, QueueRuntimeSettings runtime, QueueBindings bindings, WakeBoard board) : IOutputBinding
{
    public bool Handles(Attribute attribute) => attribute is QueueOutputAttribute;

    public async ValueTask WriteAsync(Attribute attribute, object value, FunctionContext context, CancellationToken cancellationToken)
    {
        var output = (QueueOutputAttribute)attribute;
        var queue = bindings.Open(output.Connection, output.QueueName, context.FunctionDefinition.Name);
        foreach (var body in QueueOutputMessages.From(value, WorkerSerializer.Of(context)))
        {
            await queue.SendAsync(QueueMessageText.Encode(body, settings.MessageEncoding), cancellationToken).ConfigureAwait(false);
            if (!runtime.WakeOnSend)
            {
                board.WakeAll(queue.Uri);
            }
        }
    }
}
