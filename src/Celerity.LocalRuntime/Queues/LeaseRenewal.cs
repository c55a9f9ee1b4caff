using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Keeps one message hidden while its function runs, until it is disposed.</summary>
internal sealed class LeaseRenewal : IAsyncDisposable
{
    private readonly IStorageQueue _queue;
    private readonly string _messageId;
    private readonly TimeSpan _lease;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private TimeSpan _delay;
    private Task _renewing = Task.CompletedTask;

    public LeaseRenewal(IStorageQueue queue, QueueMessage message, TimeSpan lease, TimeProvider time, ILogger logger)
    {
        _queue = queue;
        _messageId = message.MessageId;
        _lease = lease;
        _logger = logger;
        _delay = lease / 2;
        PopReceipt = message.PopReceipt;
        _timer = time.CreateTimer(static renewal => ((LeaseRenewal)renewal!).Renew(), this, _delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the receipt that is valid now; read it after disposing.</summary>
    public string PopReceipt { get; private set; }

    /// <summary>Stops renewing, and waits for a renewal that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
    }

    private void Renew() => _renewing = RenewAsync();

    private async Task RenewAsync()
    {
        try
        {
            PopReceipt = await _queue.HideAsync(_messageId, PopReceipt, _lease, CancellationToken.None).ConfigureAwait(false);
            _delay = _lease / 2;
        }
        catch (RequestFailedException failure) when (QueueErrors.IsLeaseLost(failure))
        {
            QueueLog.LeaseLost(_logger, _messageId, _queue.Name);
            return;
        }
        catch (Exception failure)
        {
            // The host halves the delay down to a tenth of its fixed lease: the same share of a shorter one.
            var floor = _lease / 10;
            _delay = _delay / 2 < floor ? floor : _delay / 2;
            QueueLog.RenewalFailed(_logger, _messageId, _queue.Name, QueueErrors.Describe(failure), _delay);
        }

        _timer.Change(_delay, Timeout.InfiniteTimeSpan);
    }
}
