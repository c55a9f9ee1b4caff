using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Runs queue functions: one polling loop for each.</summary>
internal sealed class QueueListener(
    QueueSettings settings,
    QueueRuntimeSettings runtime,
    ConcurrencySettings concurrency,
    ConcurrencySnapshot snapshot,
    QueueBindings bindings,
    IFunctionInvoker invoker,
    WakeBoard board,
    TimeProvider time,
    ILogger<QueueListener> logger,
    WorkGauge? gauge = null) : ITriggerListener, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    private readonly List<(QueuePoller Poller, IAsyncDisposable Membership)> _pollers = [];
    private DynamicConcurrency? _dynamic;

    public Task StartAsync(IReadOnlyList<FunctionDescriptor> functions, CancellationToken cancellationToken)
    {
        if (runtime.WakeOnSend)
        {
            board.WatchSends();
        }

        // All names and connections are checked before the first loop starts.
        var queues = functions
            .Where(function => function.TriggerAttribute is QueueTriggerAttribute)
            .Select(function => (Function: function, Trigger: (QueueTriggerAttribute)function.TriggerAttribute))
            .Select(pair => (pair.Function, pair.Trigger, Queue: bindings.Open(pair.Trigger.Connection, pair.Trigger.QueueName, pair.Function.Name)))
            .ToList();
        _dynamic = concurrency.IsDynamic && queues.Count > 0 ? new DynamicConcurrency(concurrency, snapshot, time, logger) : null;

        foreach (var (function, trigger, queue) in queues)
        {
            Start(function, trigger, queue);
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes no more messages and waits for those in flight. Their functions are cancelled by the host, not from here.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, membership) in _pollers)
        {
            await membership.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_pollers.Select(entry => entry.Poller.StopAsync(cancellationToken))).ConfigureAwait(false);
        _pollers.Clear();
        await StopAdjustingAsync().ConfigureAwait(false);
    }

    /// <summary>Gives messages whose functions ended last, when they were cancelled, the time to be settled.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(SettleTime, time);
        foreach (var (poller, _) in _pollers)
        {
            await poller.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            poller.Dispose();
        }

        await StopAdjustingAsync().ConfigureAwait(false);
    }

    // A container that is not disposed asynchronously has nothing to wait for.
    public void Dispose() => _pollers.ForEach(entry => entry.Poller.Dispose());

    private async Task StopAdjustingAsync()
    {
        if (_dynamic is not null)
        {
            await _dynamic.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Start(FunctionDescriptor function, QueueTriggerAttribute trigger, IStorageQueue queue)
    {
        var poison = bindings.OpenPoison(trigger.Connection, queue, function.Name);
        var signal = new WakeSignal(runtime.WakeOnSend || !runtime.Polls, gauge);
        var run = new MessageRun(function, queue, poison, settings, runtime, invoker, board, time, logger);
        var poller = new QueuePoller(
            function.Name,
            queue,
            _dynamic?.Add(function.Name) ?? new FixedFetchPlan(settings.BatchSize, settings.NewBatchThreshold),
            runtime.Lease,
            run.RunAsync,
            signal,
            new PollingBackoff(settings.MaxPollingInterval, new Random()),
            time,
            logger,
            gauge,
            runtime.Polls);
        _pollers.Add((poller, board.Join(queue.Uri, signal)));
        poller.Start();
        QueueLog.Listening(logger, function.Name, queue.Name);
    }
}
