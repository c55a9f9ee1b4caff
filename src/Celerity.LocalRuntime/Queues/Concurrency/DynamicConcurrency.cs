using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>Finds the limits of all queue functions of this process, once a second, and keeps them over a restart.</summary>
internal sealed class DynamicConcurrency : IAsyncDisposable
{
    private readonly ConcurrencySettings _settings;
    private readonly ConcurrencySnapshot? _snapshot;
    private readonly IReadOnlyDictionary<string, int> _start;
    private readonly HostThrottle _throttle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _adjusting;
    private readonly List<Entry> _functions = [];

    public DynamicConcurrency(ConcurrencySettings settings, ConcurrencySnapshot snapshot, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _snapshot = settings.KeepsSnapshot ? snapshot : null;
        _start = _snapshot?.Load(Environment.ProcessorCount) ?? new Dictionary<string, int>();
        _throttle = new HostThrottle(settings.CpuThreshold, time);
        _time = time;
        _logger = logger;
        _timer = new PeriodicTimer(HostThrottle.SampleInterval, time);
        _adjusting = AdjustAsync();
    }

    /// <summary>Returns how a function fetches from now on.</summary>
    public FetchPlan Add(string function)
    {
        var concurrency = new FunctionConcurrency(_settings.MaximumPerFunction, _start.GetValueOrDefault(function, 1), _time);
        var plan = new DynamicFetchPlan(concurrency, () => _throttle.State);
        lock (_functions)
        {
            _functions.Add(new Entry(function, concurrency, plan));
        }

        return plan;
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _adjusting.ConfigureAwait(false);
    }

    private async Task AdjustAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            var state = _throttle.Sample();
            Entry[] functions;
            lock (_functions)
            {
                functions = [.. _functions];
            }

            var changed = functions.Count(entry => Adjust(entry, state));
            if (changed > 0)
            {
                Save(functions);
            }
        }
    }

    private bool Adjust(Entry entry, ThrottleState state)
    {
        var before = entry.Concurrency.Limit;
        var isChanged = entry.Concurrency.Adjust(state);
        if (isChanged)
        {
            QueueLog.ConcurrencyChanged(_logger, entry.Function, before, entry.Concurrency.Limit);
        }

        entry.Plan.NoteChange();
        return isChanged;
    }

    private void Save(IReadOnlyList<Entry> functions)
    {
        try
        {
            _snapshot?.Save(Environment.ProcessorCount, functions.ToDictionary(entry => entry.Function, entry => entry.Concurrency.Limit));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            QueueLog.ConcurrencyNotKept(_logger, failure);
        }
    }

    private sealed record Entry(string Function, FunctionConcurrency Concurrency, DynamicFetchPlan Plan);
}
