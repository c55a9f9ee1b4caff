using Celerity.Controls;
using Celerity.Handover;
using Celerity.RateLimits;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.RateLimits;

/// <summary>Instances that start tasks by one limit, on virtual time: what waits comes back when its deferral is over, a little late where so told.</summary>
internal sealed class RateSimulation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly InMemoryStorage _storage;
    private readonly FaultPlan _calls = new();
    private readonly Instance[] _instances;
    private readonly PriorityQueue<(int Instance, TaskPass Pass), (DateTimeOffset, int)> _coming = new();
    private readonly TaskSettings _settings;
    private readonly RateLimit _limit;
    private int _order;

    public RateSimulation(RateLimit limit, int instances, int cost = 1, Func<int, TimeSpan>? skew = null)
    {
        _limit = limit;
        _storage = new InMemoryStorage(_time);
        _settings = new TaskSettings("test.limited", "celerity-default", new Celerity.Retry.RetryPolicy(5, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10), null), TimeSpan.FromMinutes(10), TaskTracking.Full)
        {
            RateLimit = limit,
            RateCost = cost,
        };
        _instances = [.. Enumerable.Range(0, instances).Select(at =>
        {
            var clock = new SkewedTime(_time, skew?.Invoke(at) ?? TimeSpan.Zero);
            return new Instance(clock, new RateLimiter(new RateBuckets(new FaultyTableStore(_storage.Tables, _calls)), new InstanceId(), clock));
        })];
    }

    public int Instances => _instances.Length;

    /// <summary>Gets when each task started, in true time since the beginning.</summary>
    public List<double> Starts { get; } = [];

    public int Requests => _calls.Calls.Count;

    public int Deferrals { get; private set; }

    /// <summary>Gets or sets how late a deferred task comes.</summary>
    public Func<TimeSpan> Late { get; set; } = () => TimeSpan.FromMilliseconds(50);

    /// <summary>A task comes to an instance.</summary>
    public void Arrive(int instance, double seconds) => Add(instance, new TaskPass(
        new TaskEnvelope { Id = $"t{_order}", Task = _settings.Name }, "celerity-default", new DeliveryStamp(0, "", "m", 1), "p"), Start.AddSeconds(seconds));

    /// <summary>Tasks come together, as in a pack.</summary>
    public async Task ArriveTogetherAsync(int instance, int count)
    {
        var passes = Enumerable.Range(0, count).Select(at => new TaskPass(
            new TaskEnvelope { Id = $"p{at}", Task = _settings.Name }, "celerity-default", new DeliveryStamp(0, "", "m", 1), "p")).ToList();
        await AskAsync(instance, passes);
    }

    public async Task RunAsync(double untilSeconds = double.MaxValue)
    {
        while (_coming.TryDequeue(out var item, out var key))
        {
            if ((key.Item1 - Start).TotalSeconds > untilSeconds)
            {
                return;
            }

            if (key.Item1 > _time.GetUtcNow())
            {
                _time.SetUtcNow(key.Item1);
            }

            await AskAsync(item.Instance, [item.Pass]);
        }
    }

    /// <summary>Gets by how many tokens the worst time span went beyond burst and rate.</summary>
    public double Excess()
    {
        var (worst, lowest, count) = (0.0, double.MaxValue, 0);
        foreach (var at in Starts.Order())
        {
            lowest = Math.Min(lowest, count - (_limit.PerSecond * at));
            count += _settings.RateCost;
            worst = Math.Max(worst, count - (_limit.PerSecond * at) - lowest - _limit.Burst);
        }

        return worst;
    }

    private async Task AskAsync(int instance, IReadOnlyList<TaskPass> passes)
    {
        var (clock, limiter) = (_instances[instance].Clock, _instances[instance].Limiter);
        foreach (var (pass, later) in await limiter.AskAsync(passes, _settings, CancellationToken.None))
        {
            if (later is null)
            {
                var wait = pass.StartAt!.Value - clock.GetUtcNow();
                Starts.Add((_time.GetUtcNow() - Start).TotalSeconds + Math.Max(0, wait.TotalSeconds));
                continue;
            }

            Deferrals++;
            Assert.True(later.Delay >= TimeSpan.FromSeconds(1));
            Add(_order % _instances.Length, pass with { Envelope = pass.Envelope with { Slots = later.Slots } }, _time.GetUtcNow() + later.Delay + Late());
        }
    }

    private void Add(int instance, TaskPass pass, DateTimeOffset at) => _coming.Enqueue((instance, pass), (at, _order++));

    private sealed record Instance(TimeProvider Clock, RateLimiter Limiter);

    private sealed class SkewedTime(FakeTimeProvider time, TimeSpan skew) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + skew;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
