using Azure;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>The polling loop of one queue function.</summary>
internal sealed class QueuePoller(
    string functionName,
    IStorageQueue queue,
    FetchPlan plan,
    TimeSpan lease,
    Func<QueueMessage, Task> run,
    WakeSignal wake,
    PollingBackoff backoff,
    TimeProvider time,
    ILogger logger,
    WorkGauge? gauge = null,
    bool polls = true) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly InFlightCount _inFlight = new(gauge);
    private Task _loop = Task.CompletedTask;
    private bool _exists;
    private bool _isMissingReported;
    private bool _isDown;

    /// <summary>Starts polling, the first time at once.</summary>
    public void Start()
    {
        gauge?.Enter();
        _loop = Task.Run(PollAsync);
    }

    /// <summary>Takes no more messages and waits for those in flight.</summary>
    /// <param name="cancellationToken">Ends the wait; what runs on is still settled when it ends.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _loop.WaitAsync(cancellationToken).ConfigureAwait(false);
            await _inFlight.WhenAtMost(0).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _aborting.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task PollAsync()
    {
        var found = false;
        while (!_stopping.IsCancellationRequested)
        {
            wake.Reset();
            var room = plan.Room(_inFlight.Value);
            if (room == 0)
            {
                await WaitForRoomAsync().ConfigureAwait(false);
                continue;
            }

            var count = await ReceiveAsync(room).ConfigureAwait(false);
            if (count > 0)
            {
                found = true;
                await WaitForRoomAsync().ConfigureAwait(false);
                if (!wake.IsOn || count == room)
                {
                    continue;
                }

                // A batch that is not full has emptied the queue, and a send will wake: the host's poll in between would find nothing.
            }

            await wake.WaitAsync(polls || _isDown ? backoff.Next(found) : Timeout.InfiniteTimeSpan, time, _stopping.Token).ConfigureAwait(false);
            found = false;
        }

        gauge?.Exit();
    }

    private async Task WaitForRoomAsync()
    {
        var room = plan.WhenRoomAsync(_inFlight, _stopping.Token);
        wake.IsBusy = !room.IsCompleted;
        if (room != Task.CompletedTask)
        {
            gauge?.Exit();
        }

        await room.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        wake.IsBusy = false;
    }

    /// <summary>Receives once and starts what came. Returns the number of messages; none when the queue cannot be read.</summary>
    private async Task<int> ReceiveAsync(int room)
    {
        try
        {
            if (!_exists && !await queue.ExistsAsync(_stopping.Token).ConfigureAwait(false))
            {
                ReportMissing();
                return 0;
            }

            // A receive is never cut off by a stop: the service might have hidden messages that nobody then knows of.
            var messages = await queue.ReceiveAsync(room, lease, _aborting.Token).ConfigureAwait(false);
            ReportReadable();
            if (_stopping.IsCancellationRequested)
            {
                await PutBackAsync(messages).ConfigureAwait(false);
                return 0;
            }

            Run(messages);
            return messages.Count;
        }
        catch (RequestFailedException failure) when (QueueErrors.IsQueueMissing(failure))
        {
            ReportMissing();
        }
        catch (Exception failure)
        {
            ReportDown(failure);
        }

        return 0;
    }

    private void Run(IReadOnlyList<QueueMessage> messages)
    {
        _inFlight.Add(messages.Count);
        foreach (var message in messages)
        {
            gauge?.Enter();

            // `run` ends every way by itself: it never throws.
            _ = Task.Run(async () =>
            {
                var started = time.GetTimestamp();
                try
                {
                    await run(message).ConfigureAwait(false);
                }
                finally
                {
                    plan.NoteEnd(time.GetElapsedTime(started));
                    _inFlight.Remove();
                    gauge?.Exit();
                }
            });
        }
    }

    private async Task PutBackAsync(IReadOnlyList<QueueMessage> messages)
    {
        foreach (var message in messages)
        {
            await queue.HideAsync(message.MessageId, message.PopReceipt, TimeSpan.Zero, _aborting.Token).ConfigureAwait(false);
        }

        if (messages.Count > 0)
        {
            QueueLog.PutBack(logger, messages.Count, queue.Name);
        }
    }

    private void ReportMissing()
    {
        ReportBack(exists: false);
        if (!_isMissingReported)
        {
            _isMissingReported = true;
            QueueLog.QueueMissing(logger, queue.Name, functionName);
        }
    }

    private void ReportReadable()
    {
        ReportBack(exists: true);
        _isMissingReported = false;
    }

    private void ReportBack(bool exists)
    {
        _exists = exists;
        if (_isDown)
        {
            _isDown = false;
            QueueLog.StorageBack(logger, queue.Name, functionName);
        }
    }

    private void ReportDown(Exception failure)
    {
        _exists = false;
        if (!_isDown && !_stopping.IsCancellationRequested)
        {
            _isDown = true;
            QueueLog.StorageDown(logger, queue.Name, queue.Uri, QueueErrors.Describe(failure), functionName);
        }
    }
}
