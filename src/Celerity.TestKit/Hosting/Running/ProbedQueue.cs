using Azure;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Queues;
using Celerity.TestKit.Hosting.Faults;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>One queue as the runtime's listener uses it: told in the transcript, with the points where the process may crash.</summary>
internal sealed class ProbedQueue(IStorageQueue inner, AppProcess process, QueueRuntimeSettings settings) : IStorageQueue
{
    public Uri Uri => inner.Uri;

    public string Name => inner.Name;

    /// <summary>Gets whether a listener has asked for its messages.</summary>
    public bool IsListened { get; private set; }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        IsListened = true;
        return WatchAsync(1, () => inner.ExistsAsync(cancellationToken));
    }

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        var messages = await WatchAsync(1, () => inner.ReceiveAsync(count, lease, cancellationToken)).ConfigureAwait(false);
        foreach (var message in messages)
        {
            Note(message.MessageId, $"received, delivery {message.DequeueCount}");
            await process.PassAsync(FaultPoint.AfterReceive, Name).ConfigureAwait(false);
            if (process.World.Faults.Take(FaultKind.Duplicate, string.Empty, Name) is { } fault)
            {
                // What the first delivery then holds is an old receipt, as when its lease is lost.
                process.World.Transcript.Add("fault", Name, message.MessageId, fault.What);
                await inner.HideAsync(message.MessageId, message.PopReceipt, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }
        }

        return messages;
    }

    public async Task<string> HideAsync(string messageId, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken)
    {
        // A renewal goes on beside the invocation, which accounts for the message.
        var isRenewal = visibility == settings.Lease;
        var receipt = await WatchAsync(isRenewal ? 0 : 1, () => inner.HideAsync(messageId, popReceipt, visibility, cancellationToken)).ConfigureAwait(false);
        Note(messageId, isRenewal ? "lease renewed" : $"comes back in {visibility}");
        return receipt;
    }

    public async Task DeleteAsync(string messageId, string popReceipt, CancellationToken cancellationToken)
    {
        await process.PassAsync(FaultPoint.BeforeDelete, Name).ConfigureAwait(false);
        try
        {
            await WatchAsync(1, async () =>
            {
                await inner.DeleteAsync(messageId, popReceipt, cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (RequestFailedException failure)
        {
            Note(messageId, $"not deleted: {failure.Status} {failure.ErrorCode}");
            throw;
        }

        Note(messageId, "deleted");
        await process.PassAsync(FaultPoint.AfterDelete, Name).ConfigureAwait(false);
    }

    public Task SendAsync(string text, CancellationToken cancellationToken) => WatchAsync(1, async () =>
    {
        await inner.SendAsync(text, cancellationToken).ConfigureAwait(false);
        return true;
    });

    private void Note(string messageId, string what) => process.World.Transcript.Add("queue", Name, messageId, what);

    // So that a slow request counts as a wait on the clock, of the listener or of the message.
    private async Task<T> WatchAsync<T>(int holds, Func<Task<T>> call)
    {
        if (RunningCode.Innermost is not null)
        {
            return await call().ConfigureAwait(false);
        }

        var code = new RunningCode($"queue {Name}", holds, process.NoteChange);
        process.Begin(code);
        code.Enter();
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            process.End(code);
        }
    }
}
