namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>
/// Runs orchestrator code on the one thread of its episode: continuations queue up in the order in which
/// their tasks ended, so each replay runs them in the same order.
/// </summary>
internal sealed class ReplayScheduler : TaskScheduler
{
    [ThreadStatic]
    private static ReplayScheduler? _running;

    private readonly Action _intruded;
    private readonly Queue<Task> _ready = new();
    private readonly SynchronizationContext _synchronizationContext;
    private readonly TaskFactory _factory;

    public ReplayScheduler(Action intruded)
    {
        _intruded = intruded;
        _synchronizationContext = new ReplaySynchronizationContext(this);
        _factory = new TaskFactory(this);
    }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Gets a value indicating whether the calling code runs on this scheduler, now.</summary>
    public bool IsCurrent => _running == this;

    /// <summary>Gets a value indicating whether something tried to resume the orchestrator from another thread.</summary>
    public bool WasIntruded { get; private set; }

    /// <summary>Runs <paramref name="step"/> and everything that becomes ready by it.</summary>
    public void Run(Action step)
    {
        var before = (_running, SynchronizationContext.Current);
        _running = this;
        SynchronizationContext.SetSynchronizationContext(_synchronizationContext);
        try
        {
            var first = new Task(step);
            first.RunSynchronously(this);
            while (_ready.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }

            first.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before.Current);
            _running = before._running;
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        IsCurrent && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (IsCurrent)
        {
            _ready.Enqueue(task);
        }
        else
        {
            // A foreign task ended on its own thread: nothing may run here now, and the episode reports the illegal await.
            WasIntruded = true;
            _intruded();
        }
    }

    private void Post(SendOrPostCallback callback, object? state) => _factory.StartNew(() => callback(state));

    private sealed class ReplaySynchronizationContext(ReplayScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("Orchestrator code has one thread: nothing can be sent to it.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
