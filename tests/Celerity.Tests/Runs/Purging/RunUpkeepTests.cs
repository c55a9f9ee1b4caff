using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Runs.Purging;

/// <summary>Runs that are kept no longer, and purges of many.</summary>
public sealed class RunUpkeepTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly InMemoryStorage _storage;
    private readonly RunOptions _options = new();

    public RunUpkeepTests() => _storage = new InMemoryStorage(_time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retention_RunsThatEndedLongerAgo_GoAndOthersStay()
    {
        var old = await AddAsync(RunState.Succeeded);
        var atWork = await AddAsync(RunState.Running);
        var late = await AddAsync(RunState.Failed, endedAfter: TimeSpan.FromDays(20));
        _time.Advance(TimeSpan.FromDays(31));
        var young = await AddAsync(RunState.Succeeded);

        await MaintainAsync(TimeSpan.FromHours(2));

        Assert.Equal([young, late, atWork], await IdsAsync());
        _time.Advance(TimeSpan.FromDays(20));
        await MaintainAsync(TimeSpan.FromHours(2));
        Assert.Equal([young, atWork], await IdsAsync());
        Assert.DoesNotContain(old, await IdsAsync());
    }

    [Fact]
    public async Task Retention_OfZero_KeepsAll()
    {
        _options.Retention = TimeSpan.Zero;
        await AddAsync(RunState.Succeeded);
        _time.Advance(TimeSpan.FromDays(3000));

        await MaintainAsync(TimeSpan.FromHours(2));

        Assert.Single(await IdsAsync());
    }

    [Fact]
    public async Task Retention_OfManyRuns_GoesPageByPage_AndCostsThreeRequestsWhereNothingIsDue()
    {
        for (var run = 0; run < 120; run++)
        {
            await AddAsync(RunState.Succeeded);
        }

        _time.Advance(TimeSpan.FromDays(31));
        await MaintainAsync(TimeSpan.FromHours(1));
        Assert.Empty(await IdsAsync());

        var calls = new FaultPlan();
        await Services(calls).GetRequiredService<RunUpkeep>().RunAsync(new ListedInstances(), Cancel);
        Assert.Equal(3, calls.Calls.Count);
    }

    [Fact]
    public async Task PurgeOfMany_DoesWhatItsPreviewSays_AndTellsHowFarItIs()
    {
        for (var run = 0; run < 70; run++)
        {
            await AddAsync(run % 2 == 0 ? RunState.Succeeded : RunState.Failed, tags: run % 10 == 0 ? ["old"] : []);
        }

        var atWork = await AddAsync(RunState.Running);
        var filter = new RunFilter { State = RunState.Succeeded };
        var actions = Services().GetRequiredService<PurgeActions>();
        Assert.Equal((35, 35, false), await PreviewAsync(filter));
        Assert.Equal((7, 7, false), await PreviewAsync(filter with { Tag = "old" }));
        Assert.Equal((1, 0, false), await PreviewAsync(new RunFilter { State = RunState.Running }));
        _time.Advance(TimeSpan.FromMinutes(1));

        var action = await actions.AddAsync(filter, PurgeBench.Note, Cancel);
        var later = await AddAsync(RunState.Succeeded);
        await MaintainAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((35, 35, true, null), Facts(await actions.FindAsync(action.Id, Cancel)));
        await MaintainAsync(TimeSpan.FromHours(2));

        Assert.Equal((35, 0, true), Facts(await actions.FindAsync(action.Id, Cancel)) is var (marked, left, isMarked, ended) && ended is not null ? (marked, left, isMarked) : default);
        Assert.Equal(37, (await IdsAsync()).Count);
        Assert.Contains(atWork, await IdsAsync());
        Assert.Contains(later, await IdsAsync());
        await MaintainAsync(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromDays(29));
        Assert.NotNull(await actions.FindAsync(action.Id, Cancel));
        _options.Retention = TimeSpan.Zero;
        _time.Advance(TimeSpan.FromDays(2));
        await MaintainAsync(TimeSpan.FromMinutes(1));
        Assert.Null(await actions.FindAsync(action.Id, Cancel));
    }

    [Fact]
    public Task PurgeOfMany_AnyFaultAtAnyCall_MarksAndCountsEachOnce() => EveryFault.PlayAsync(async plan =>
    {
        var bench = new RunUpkeepTests();
        for (var run = 0; run < 3; run++)
        {
            await bench.AddAsync(run == 2 ? RunState.Running : RunState.Succeeded);
        }

        bench._time.Advance(TimeSpan.FromMinutes(1));
        var action = await bench.Services().GetRequiredService<PurgeActions>().AddAsync(new RunFilter(), PurgeBench.Note, Cancel);
        bench._time.Advance(TimeSpan.FromHours(1));
        var services = bench.Services(plan);
        for (var round = 0; round < 8; round++)
        {
            try
            {
                await services.GetRequiredService<RunUpkeep>().RunAsync(new ListedInstances(), Cancel);
            }
            catch (Exception exception) when (plan.HasFired && EveryFault.IsPlanned(exception))
            {
            }

            // A killed process makes no call that reaches the storage.
            services = plan.IsDead ? bench.Services() : services;
            bench._time.Advance(TimeSpan.FromMinutes(11));
        }

        var ended = (await bench.Services().GetRequiredService<PurgeActions>().FindAsync(action.Id, Cancel))!;
        Assert.Equal((2, 0, true), (ended.Marked, ended.Left, ended.EndedAt is not null));
        Assert.Single(await bench.IdsAsync());
    });

    private static (int Marked, int Left, bool IsMarked, DateTimeOffset? EndedAt) Facts(PurgeAction? action) => (action!.Marked, action.Left, action.IsMarked, action.EndedAt);

    private ServiceProvider Services(FaultPlan? plan = null) => new ServiceCollection()
        .AddSingleton<TimeProvider>(_time).AddSingleton(_storage).AddInMemoryCelerityStorage().AddCelerityFaults(plan ?? new FaultPlan())
        .AddCelerityStages().Configure<RunOptions>(options => options.Retention = _options.Retention).BuildServiceProvider();

    private async Task<(int, int, bool)> PreviewAsync(RunFilter filter)
    {
        var preview = await Services().GetRequiredService<PurgeActions>().PreviewAsync(filter, Cancel);
        return (preview.Looked, preview.Affected, preview.IsPartial);
    }

    private async Task<string> AddAsync(RunState state, TimeSpan endedAfter = default, IReadOnlyList<string>? tags = null)
    {
        // Ids of one millisecond have no order.
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var now = _time.GetUtcNow();
        var run = new RunRecord
        {
            Id = RunKey.NewId(_time),
            Pipeline = "p",
            State = state,
            Request = "null",
            CreatedAt = now,
            EndedAt = state.IsEnd() ? now + endedAfter : null,
            Tags = tags ?? [],
        };
        await new RunStore(_storage.Tables, new KnownRuns(TimeProvider.System)).TryInsertAsync(run, Cancel);
        return run.Id;
    }

    private async Task MaintainAsync(TimeSpan time)
    {
        var services = Services();
        for (var until = _time.GetUtcNow() + time; _time.GetUtcNow() < until; _time.Advance(TimeSpan.FromMinutes(1)))
        {
            await services.GetRequiredService<RunUpkeep>().RunAsync(new ListedInstances(), Cancel);
        }
    }

    private async Task<IReadOnlyList<string>> IdsAsync() =>
        [.. (await new RunStore(_storage.Tables, new KnownRuns(TimeProvider.System)).ListAsync(new RunFilter(), null, 200, Cancel)).Runs.Select(run => run.Id)];
}
