using System.Text.Json;
using System.Threading.Channels;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Timers;

public sealed class TimerFunctionTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 10, 2, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("timers-");
    private readonly SteppedClock _time = new(Start);
    private readonly Runs _runs = new();

    [Fact]
    public async Task Timer_Due_FiresOncePerOccurrence()
    {
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await _time.ReachAsync(Start.AddMinutes(3));
        var first = await _runs.NextAsync();
        await _time.ReachAsync(Start.AddMinutes(8));
        var second = await _runs.NextAsync();

        Assert.False(first.IsPastDue);
        Assert.Equal(Start.AddMinutes(3), new DateTimeOffset(first.ScheduleStatus!.Next.ToUniversalTime()));
        Assert.Equal(Start.AddMinutes(3), new DateTimeOffset(second.ScheduleStatus!.Last.ToUniversalTime()));
        Assert.True(_runs.IsEmpty);
    }

    [Fact]
    public async Task Timer_RunOnStartup_FiresAtOnceAndIsNotPastDue()
    {
        await using var app = await StartAsync(typeof(OnStartup));

        Assert.False((await _runs.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_MissedWhileTheAppWasDown_FiresAtOnceAndIsPastDue()
    {
        Directory.CreateDirectory(Path.Combine(_state.FullName, "timers"));
        File.WriteAllText(
            Path.Combine(_state.FullName, "timers", "five.json"),
            JsonSerializer.Serialize(new { Last = Start.AddMinutes(-12), Next = Start.AddMinutes(-7), LastUpdated = Start.AddMinutes(-12) }));

        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        Assert.True((await _runs.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_FunctionThrows_ScheduleGoesOn()
    {
        _runs.Fail = true;
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await _time.ReachAsync(Start.AddMinutes(3));
        await _runs.NextAsync();
        await _time.ReachAsync(Start.AddMinutes(8));

        Assert.False((await _runs.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_RetryStrategy_RunsAgainWithARetryContext()
    {
        _runs.Fail = true;
        await using var app = await StartAsync(typeof(Retried));

        await _time.ReachAsync(Start.AddMinutes(3));
        await _runs.NextAsync();
        await _time.ReachAsync(Start.AddMinutes(3).AddSeconds(10));
        await _runs.NextAsync();
        await _time.ReachAsync(Start.AddMinutes(3).AddSeconds(20));
        await _runs.NextAsync();

        Assert.Equal(["0/2", "1/2", "2/2"], _runs.Retries);
    }

    [Fact]
    public async Task Timer_OverrunsItsNextOccurrences_CatchesUpOnce()
    {
        _runs.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(typeof(EveryFiveMinutes));
        await _time.ReachAsync(Start.AddMinutes(3));
        await _runs.NextAsync();

        _time.Advance(TimeSpan.FromMinutes(12));
        Assert.True(_runs.IsEmpty);
        var gate = _runs.Gate;
        _runs.Gate = null;
        gate.SetResult();

        var catchUp = await _runs.NextAsync();
        Assert.False(catchUp.IsPastDue);
        await _time.ReachAsync(Start.AddMinutes(18));
        await _runs.NextAsync();
        Assert.True(_runs.IsEmpty);
    }

    [Fact]
    public async Task Timer_MoreThanOnceAMinute_HasNoStatus()
    {
        await using var app = await StartAsync(typeof(EveryTenSeconds));

        await _time.ReachAsync(Start.AddSeconds(10));

        Assert.Null((await _runs.NextAsync()).ScheduleStatus);
    }

    [Fact]
    public async Task Timer_ZoneSetting_CountsInThatZone()
    {
        await using var app = await LocalApp.StartAsync([typeof(AtNoon)], builder =>
        {
            Configure(builder);
            builder.Configuration.AddInMemoryCollection([new("WEBSITE_TIME_ZONE", "Asia/Kolkata")]);
        });

        // Noon there is 06:30 UTC.
        await _time.ReachAsync(new DateTimeOffset(2026, 5, 2, 6, 30, 0, TimeSpan.Zero));

        Assert.False((await _runs.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_SecondAppOnTheSameState_StandsByAndTakesOver()
    {
        var first = await StartAsync(typeof(EveryFiveMinutes));
        await _time.WaitsAsync();
        await using var second = await StartAsync(typeof(EveryFiveMinutes));
        await _time.WaitsAsync();

        _time.Advance(TimeSpan.FromMinutes(3));
        await _runs.NextAsync();
        Assert.True(_runs.IsEmpty);

        await first.DisposeAsync();
        await _time.WaitsAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await _time.ReachAsync(Start.AddMinutes(8));
        await _runs.NextAsync();
    }

    public void Dispose() => _state.Delete(recursive: true);

    private Task<LocalApp> StartAsync(Type functions) => LocalApp.StartAsync([functions], Configure);

    private void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection([new("LocalRuntime:StateFolder", _state.FullName), new("Every", "0 */5 * * * *")]);
        builder.Services.AddSingleton(_runs).AddSingleton<TimeProvider>(_time);
    }

    public sealed class EveryFiveMinutes(Runs runs)
    {
        [Function("five")]
        public Task Run([TimerTrigger("%Every%")] TimerInfo timer) => runs.AddAsync(timer);
    }

    public sealed class AtNoon(Runs runs)
    {
        [Function("noon")]
        public Task Run([TimerTrigger("0 0 12 * * *")] TimerInfo timer) => runs.AddAsync(timer);
    }

    public sealed class EveryTenSeconds(Runs runs)
    {
        [Function("ten")]
        public Task Run([TimerTrigger("*/10 * * * * *", UseMonitor = true)] TimerInfo timer) => runs.AddAsync(timer);
    }

    public sealed class OnStartup(Runs runs)
    {
        [Function("startup")]
        public Task Run([TimerTrigger("%Every%", RunOnStartup = true)] TimerInfo timer) => runs.AddAsync(timer);
    }

    public sealed class Retried(Runs runs)
    {
        [Function("retried")]
        [FixedDelayRetry(2, "00:00:10")]
        public Task Run([TimerTrigger("%Every%")] TimerInfo timer, FunctionContext context)
        {
            runs.Retries.Add($"{context.RetryContext.RetryCount}/{context.RetryContext.MaxRetryCount}");
            return runs.AddAsync(timer);
        }
    }

    public sealed class Runs
    {
        private readonly Channel<TimerInfo> _runs = Channel.CreateUnbounded<TimerInfo>();

        public bool Fail { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public List<string> Retries { get; } = [];

        public bool IsEmpty => !_runs.Reader.TryPeek(out _);

        public async Task AddAsync(TimerInfo timer)
        {
            _runs.Writer.TryWrite(timer);
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            if (Fail)
            {
                throw new InvalidDataException("broken");
            }
        }

        public Task<TimerInfo> NextAsync() => _runs.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
