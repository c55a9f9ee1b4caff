using Azure;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Takes messages of one function from their receive to their end.</summary>
internal sealed class MessageRun(
    FunctionDescriptor function,
    IStorageQueue queue,
    IStorageQueue? poisonQueue,
    QueueSettings settings,
    QueueRuntimeSettings runtime,
    IFunctionInvoker invoker,
    WakeBoard board,
    TimeProvider time,
    ILogger logger)
{
    private readonly bool _wantsMessage =
        function.Trigger.ParameterType == typeof(QueueMessage) || function.Trigger.ParameterType == typeof(BinaryData);

    /// <summary>Runs the function and settles the message. Never throws.</summary>
    public async Task RunAsync(QueueMessage message)
    {
        try
        {
            var (verdict, popReceipt) = await DecideAsync(message).ConfigureAwait(false);
            await SettleAsync(message, popReceipt, verdict).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (QueueErrors.IsLeaseLost(failure))
        {
            QueueLog.SettledElsewhere(logger, message.MessageId, queue.Name);
        }
        catch (Exception failure)
        {
            QueueLog.NotSettled(logger, message.MessageId, queue.Name, QueueErrors.Describe(failure), runtime.Lease);
        }
    }

    private async Task<(MessageVerdict Verdict, string PopReceipt)> DecideAsync(QueueMessage message)
    {
        var hasPoisonQueue = poisonQueue is not null;
        if (QueueMessageText.TryDecode(message.MessageText, settings.MessageEncoding) is not { } body)
        {
            QueueLog.Undecodable(logger, message.MessageId, queue.Name, function.Name);
            return (MessageVerdicts.Undecodable(hasPoisonQueue), message.PopReceipt);
        }

        var verdict = MessageVerdicts.BeforeRun(message.DequeueCount, settings.MaxDequeueCount, hasPoisonQueue);
        if (verdict != MessageVerdict.Run)
        {
            QueueLog.Poisoned(logger, message.MessageId, queue.Name, message.DequeueCount - 1, settings.MaxDequeueCount, poisonQueue!.Name);
            return (verdict, message.PopReceipt);
        }

        var renewal = new LeaseRenewal(queue, message, runtime.Lease, time, logger);
        await using (renewal.ConfigureAwait(false))
        {
            verdict = await InvokeAsync(message, body).ConfigureAwait(false);
        }

        return (verdict, renewal.PopReceipt);
    }

    private async Task<MessageVerdict> InvokeAsync(QueueMessage message, BinaryData body)
    {
        try
        {
            // The invoker cancels what outlives its timeout or the host's stop.
            await invoker.InvokeAsync(function, Request(message, body), CancellationToken.None).ConfigureAwait(false);
            return MessageVerdict.Delete;
        }
        catch (Exception failure)
        {
            // The invoker has reported the failure; here it only decides what becomes of the message.
            var verdict = MessageVerdicts.AfterFailure(message.DequeueCount, settings.MaxDequeueCount, poisonQueue is not null);
            QueueLog.Failed(logger, message.MessageId, queue.Name, message.DequeueCount, verdict, failure);
            if (verdict == MessageVerdict.Poison)
            {
                QueueLog.Poisoned(logger, message.MessageId, queue.Name, message.DequeueCount, settings.MaxDequeueCount, poisonQueue!.Name);
            }

            return verdict;
        }
    }

    private InvocationRequest Request(QueueMessage message, BinaryData body)
    {
        var decoded = QueuesModelFactory.QueueMessage(
            message.MessageId, message.PopReceipt, body, message.DequeueCount, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);
        return new InvocationRequest
        {
            TriggerValue = _wantsMessage ? decoded : body.ToString(),
            BindingData = QueueBindingData.From(decoded, QueueMessageText.TryReadUtf8(body)),
        };
    }

    // No cancellation: a message whose function has ended is settled, whatever stops around it.
    private async Task SettleAsync(QueueMessage message, string popReceipt, MessageVerdict verdict)
    {
        switch (verdict)
        {
            case MessageVerdict.Delete:
                await queue.DeleteAsync(message.MessageId, popReceipt, CancellationToken.None).ConfigureAwait(false);
                break;
            case MessageVerdict.Retry:
                await queue.HideAsync(message.MessageId, popReceipt, settings.VisibilityTimeout, CancellationToken.None).ConfigureAwait(false);
                if (runtime.WakeOnSend)
                {
                    board.NoteSent(queue.Uri, settings.VisibilityTimeout);
                }

                break;
            case MessageVerdict.Poison:
                // The text goes over as it stands, so that even what nobody could decode arrives unchanged.
                await poisonQueue!.SendAsync(message.MessageText, CancellationToken.None).ConfigureAwait(false);
                Announce(poisonQueue);
                await queue.DeleteAsync(message.MessageId, popReceipt, CancellationToken.None).ConfigureAwait(false);
                break;
            case MessageVerdict.Leave:
                break;
            default:
                throw new InvalidOperationException($"A message cannot be settled as {verdict}.");
        }
    }

    // The host's own rule. With waking on, the send has been seen like any other and has woken one.
    private void Announce(IStorageQueue sentTo)
    {
        if (!runtime.WakeOnSend)
        {
            board.WakeAll(sentTo.Uri);
        }
    }
}
