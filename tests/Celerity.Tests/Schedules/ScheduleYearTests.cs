using System.Globalization;
using Celerity.Schedules;
using Celerity.Storage;
using Cronos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>
/// A year of four schedules of every minute, each in a time zone of its own, by the real rounds, on a clock that is moved by minutes and hours at random,
/// with processes that die at a random call now and then: what was started is what Cronos lists, no more and no less. The store is a light one, and
/// what is started are runs, of which only the due time is kept, for two million of them have to be looked at within seconds.
/// </summary>
public sealed class ScheduleYearTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddYears(1);
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"];

    [Fact]
    public async Task AYearOfEveryMinute_WithRandomDeaths_IsWhatCronosLists()
    {
        var random = new Random(20260101);
        var time = new FakeTimeProvider(Start);
        var (store, starts) = (new LightTables(), new Starts());
        var (lives, rounds) = (0, 0);
        var life = NewLife();
        var round = NewProcess(life, time);
        while (time.GetUtcNow() < End)
        {
            var step = TimeSpan.FromMinutes(random.Next(4) == 0 ? random.Next(60, 240) : random.Next(1, 60)) + TimeSpan.FromSeconds(random.Next(60));
            time.SetUtcNow(time.GetUtcNow() + step < End ? time.GetUtcNow() + step : End);
            (rounds, starts.Life) = (rounds + 1, life);
            try
            {
                await round.RunAsync(starts, CancellationToken.None);
            }
            catch (TestKit.Faults.ProcessKilledException)
            {
                Assert.True(life.IsDead);
            }

            if (life.IsDead)
            {
                life = NewLife();
                round = NewProcess(life, time);
            }
        }

        starts.Life = life = new LightTables.Life(store, 0, false);
        await NewProcess(life, time).RunAsync(starts, CancellationToken.None);

        output.WriteLine($"{store.FiringCount} firings in {rounds} rounds of {lives} processes; {starts.Repeats} starts were repeated");
        Assert.InRange(lives, 100, 2000);
        Assert.InRange(starts.Repeats, 10, 2000);
        foreach (var zone in Zones)
        {
            var listed = CronExpression.Parse("* * * * *").GetOccurrences(Start, End, TimeZoneInfo.FindSystemTimeZoneById(zone), fromInclusive: false, toInclusive: true);
            Assert.True(listed.Select(due => due.ToUnixTimeMilliseconds()).SequenceEqual(starts.DueTimes[zone]), zone);
            Assert.Equal(525_600, starts.DueTimes[zone].Count);
        }

        LightTables.Life NewLife()
        {
            lives++;
            return new LightTables.Life(store, random.Next(1, 60_000), random.Next(2) == 0);
        }
    }

    private static ScheduleRound NewProcess(LightTables.Life life, FakeTimeProvider time)
    {
        var services = new ScheduleSimulation().Worker(configure: services =>
        {
            services.Replace(ServiceDescriptor.Singleton<ITableStore>(life));
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            foreach (var zone in Zones)
            {
                var options = new ScheduleOptions
                {
                    Cron = "* * * * *",
                    TimeZone = zone,
                    Pipeline = zone,
                    Overlap = OverlapPolicy.Allow,
                    Missed = MissedPolicy.RunAll,
                    MaxMissed = 1000,
                };
                services.AddCeleritySchedule(zone.Replace('/', '-'), options, ScheduleSource.Code);
            }
        });
        return services.GetRequiredService<ScheduleRound>();
    }

    // An id of ours begins with its time: the due time. The rest must be the same whenever it is started again.
    private sealed class Starts : IPipelineStarts
    {
        private readonly Dictionary<string, string> _latest = [];

        public Dictionary<string, List<long>> DueTimes { get; } = Zones.ToDictionary(zone => zone, _ => new List<long>(525_600));

        public LightTables.Life Life { get; set; } = null!;

        public int Repeats { get; private set; }

        public ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken)
        {
            Life.Call(() =>
            {
                var (due, times) = (long.Parse(id.AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), DueTimes[pipeline]);
                if (times.Count > 0 && times[^1] == due)
                {
                    Repeats++;
                    Assert.Equal(_latest[pipeline], id);
                    return true;
                }

                times.Add(due);
                _latest[pipeline] = id;
                return true;
            });
            return ValueTask.CompletedTask;
        }

        public ValueTask CancelAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
