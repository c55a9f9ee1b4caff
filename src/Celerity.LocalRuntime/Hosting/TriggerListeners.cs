using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>All listeners of the host: started and stopped as one, and drained while the app lives on.</summary>
internal sealed partial class TriggerListeners(
    IEnumerable<ITriggerListener> listeners, FunctionCatalog catalog, RunningInvocations running, ILogger<TriggerListeners> logger) : IDisposable
{
    private readonly ITriggerListener[] _listeners = [.. listeners];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _isDraining;
    private Task _drain = Task.CompletedTask;

    /// <summary>Gets how far a drain is: none was asked for, something still runs, or nothing runs any more.</summary>
    public DrainState State => !_isDraining ? DrainState.Disabled
        : _drain.IsCompleted && running.Count == 0 ? DrainState.Completed : DrainState.InProgress;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners)
        {
            await listener.StartAsync(catalog.Enabled, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more work and waits for what runs. Never throws.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_listeners.Select(listener => StopAsync(listener, cancellationToken)));

    /// <summary>Takes no more work from now on; what runs goes on, and is not cancelled.</summary>
    public async Task DrainAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        if (!_isDraining)
        {
            LogDraining(logger, running.Count);
            _drain = StopAsync(CancellationToken.None);
            _isDraining = true;
        }

        _turn.Release();
    }

    /// <summary>Takes work again.</summary>
    public async Task ResumeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDraining)
            {
                await _drain.ConfigureAwait(false);
                await StartAsync(CancellationToken.None).ConfigureAwait(false);
                _isDraining = false;
                LogResumed(logger);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task StopAsync(ITriggerListener listener, CancellationToken cancellationToken)
    {
        try
        {
            await listener.StopAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time is over; what still runs is cancelled next.
        }
#pragma warning disable CA1031 // The others are to be stopped all the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogStopFailed(logger, exception);
        }
    }

    [LoggerMessage(9016, LogLevel.Information, "Draining: no more work is taken; {Count} invocations run on")]
    private static partial void LogDraining(ILogger logger, int count);

    [LoggerMessage(9017, LogLevel.Information, "Work is taken again")]
    private static partial void LogResumed(ILogger logger);

    [LoggerMessage(9018, LogLevel.Error, "A listener did not stop cleanly")]
    private static partial void LogStopFailed(ILogger logger, Exception exception);
}

internal enum DrainState
{
    Disabled,
    InProgress,
    Completed,
}
