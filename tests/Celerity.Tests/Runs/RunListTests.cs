using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Lists of runs, and the keys of their starts.</summary>
public sealed class RunListTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 20, 0, 0, 0, TimeSpan.Zero);

    private readonly WaitingTime _time = new(Start);
    private readonly InMemoryStorage _storage;
    private readonly FaultPlan _calls = new();
    private readonly ServiceProvider _services;
    private readonly List<string> _ids = [];

    public RunListTests()
    {
        _storage = new InMemoryStorage(_time);
        _services = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddSingleton(_storage)
            .AddInMemoryCelerityStorage().AddCelerityFaults(_calls).AddCelerityStages().BuildServiceProvider();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunStore Runs => _services.GetRequiredService<RunStore>();

    [Fact]
    public async Task List_RunsOfTwoMonths_PagesThroughThemTheNewestFirst()
    {
        await AddAsync(30);

        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await Runs.ListAsync(new RunFilter(), after, 7, Cancel);
            seen.AddRange(page.Runs.Select(run => run.Id));
            if ((after = page.Next) is null)
            {
                break;
            }
        }

        Assert.Equal(_ids.AsEnumerable().Reverse(), seen);
    }

    [Fact]
    public async Task List_Filtered_GivesWhatFits()
    {
        await AddAsync(30);

        Assert.Equal(15, (await ListAsync(new RunFilter { Pipeline = "EVEN" })).Count);
        Assert.Equal([_ids[4]], await ListAsync(new RunFilter { Tag = "tenant-4" }));
        Assert.Equal([_ids[3]], await ListAsync(new RunFilter { State = RunState.Failed }));
        Assert.Equal([_ids[20], _ids[19], _ids[18]], await ListAsync(new RunFilter { Since = Start.AddDays(18), Before = Start.AddDays(21) }));
        Assert.Empty(await ListAsync(new RunFilter { Tag = "nobody's" }));
        Assert.Empty(await ListAsync(new RunFilter { Before = Start }));
        Assert.Equal([_ids[17]], (await Runs.ListAsync(new RunFilter { Before = Start.AddDays(20) }, _ids[18], 1, Cancel)).Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task List_FewRuns_TakesOneRequestAPage_AndTwoBehindTheFirst()
    {
        await AddAsync(5);
        var before = _calls.Calls.Count;

        await Runs.ListAsync(new RunFilter(), null, 50, Cancel);
        Assert.Equal(before + 1, _calls.Calls.Count);
        await Runs.ListAsync(new RunFilter(), _ids[3], 50, Cancel);
        Assert.Equal(before + 3, _calls.Calls.Count);
    }

    [Fact]
    public async Task Key_TakenTwice_IsTheSameRun_ForItsPipelineAlone()
    {
        var keys = _services.GetRequiredService<RunStartKeys>();

        var first = await keys.TakeAsync("report", "2026-01", Cancel);

        Assert.True(RunKey.IsId(first));
        Assert.Equal(first, await keys.TakeAsync("report", "2026-01", Cancel));
        Assert.NotEqual(first, await keys.TakeAsync("report", "2026-02", Cancel));
        Assert.NotEqual(first, await keys.TakeAsync("other", "2026-01", Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task Key_OutOfItsRange_IsRefused(int length)
    {
        var keys = _services.GetRequiredService<RunStartKeys>();

        var refused = await Assert.ThrowsAsync<CelerityException>(async () => await keys.TakeAsync("report", new string('k', length), Cancel));

        Assert.Equal(ErrorCodes.SettingOutOfRange, refused.Code);
    }

    [Fact]
    public async Task Key_AnyFaultAtAnyCall_IsOneRun()
    {
        var record = new FaultPlan();
        await TakeAsync(record, "a");
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var key = $"{plan}";
            string? first = null;
            try
            {
                first = await TakeAsync(plan, key);
            }
            catch (Exception exception) when (exception is InjectedFaultException or ProcessKilledException)
            {
            }

            var again = await TakeAsync(new FaultPlan(), key);
            Assert.Equal(first ?? again, again);
            Assert.Equal(again, await TakeAsync(new FaultPlan(), key));
        }
    }

    private async Task<string> TakeAsync(FaultPlan plan, string key)
    {
        await using var worker = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddSingleton(_storage)
            .AddInMemoryCelerityStorage().AddCelerityFaults(plan).AddCelerityStages().BuildServiceProvider();
        return await worker.GetRequiredService<RunStartKeys>().TakeAsync("report", key, Cancel);
    }

    private async Task<List<string>> ListAsync(RunFilter filter) => [.. (await Runs.ListAsync(filter, null, 50, Cancel)).Runs.Select(run => run.Id)];

    // One a day, each with a stage, so that a list has rows to pass over.
    private async Task AddAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var run = new RunRecord
            {
                Id = RunKey.NewId(_time),
                Pipeline = number % 2 == 0 ? "even" : "odd",
                State = number == 3 ? RunState.Failed : RunState.Succeeded,
                Request = "null",
                Tags = [$"tenant-{number}"],
                CreatedAt = _time.GetUtcNow(),
            };
            Assert.True(await Runs.TryInsertAsync(run, Cancel));
            await Runs.InsertStageAsync(
                new StageRecord
                {
                    Key = new StageKey(run.Id, 1, 1),
                    Name = "s",
                    Layout = new StageLayout(1, 1, 1),
                    Records = 1,
                    Window = 1,
                    Source = StageBench.Source(),
                    Asked = "",
                    Facts = DatasetFacts.Unknown,
                    PlannedIn = 1,
                },
                Cancel);
            _ids.Add(run.Id);
            _time.Advance(TimeSpan.FromDays(1));
        }
    }
}
