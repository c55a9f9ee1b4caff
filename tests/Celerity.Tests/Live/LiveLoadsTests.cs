using Celerity.Live;
using Celerity.Workers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Live;

public sealed class LiveLoadsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly FixedWorkers _workers = new();
    private readonly LiveLoads _loads;

    public LiveLoadsTests() => _loads = new LiveLoads(_workers, new WorkerIdentity("self", "h", 1, Start, null, null), new WorkerLoad(_time), _time);

    [Fact]
    public async Task Look_SumsUpWhoIsThere()
    {
        _workers.Rows = [Worker("self", 99, running: 9), Worker("a", 10, running: 2), Worker("b", 10, running: 1), Worker("gone", 5, running: 7) with { State = WorkerState.Lost }, Worker("done", 5, 7) with { State = WorkerState.Stopped }];

        Assert.Equal(new LiveLoad(3, 3, 0), await _loads.LookAsync());
    }

    [Fact]
    public async Task Rate_IsThatBetweenTwoRowsOfAWorker_AndStaysUntilTheNext()
    {
        _workers.Rows = [Worker("a", 100)];
        await _loads.LookAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        _workers.Rows = [Worker("a", 150), Worker("b", 1000)];
        Assert.Equal(5, (await _loads.LookAsync()).RatePerSecond);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5, (await _loads.LookAsync()).RatePerSecond);
        _time.Advance(TimeSpan.FromSeconds(5));
        _workers.Rows = [Worker("a", 150), Worker("b", 1020)];

        Assert.Equal(2, (await _loads.LookAsync()).RatePerSecond);
    }

    [Fact]
    public async Task Rate_AfterALongTimeWithoutALook_IsThatOfLately()
    {
        _workers.Rows = [Worker("a", 100)];
        await _loads.LookAsync();
        _time.Advance(TimeSpan.FromMinutes(61));
        _workers.Rows = [Worker("a", 1_000_000)];

        Assert.Equal(0, (await _loads.LookAsync()).RatePerSecond);
    }

    private WorkerRecord Worker(string id, long run, int running = 0) => new()
    {
        Id = id,
        Host = "h",
        ProcessId = 1,
        State = WorkerState.Running,
        StartedAt = Start,
        SeenAt = _time.GetUtcNow(),
        TasksRun = run,
        RunningLeftOut = running,
    };

    private sealed class FixedWorkers : IWorkers
    {
        public IReadOnlyList<WorkerRecord> Rows { get; set; } = [];

        public Task<IReadOnlyList<WorkerRecord>> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult(Rows);

        public Task<WorkerRecord?> FindAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task DrainAsync(string id, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task RecycleAsync(string id, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
