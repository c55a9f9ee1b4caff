using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Maintenance;
using Celerity.Retry;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.Benchmarks;

/// <summary>Keeps many dead letters on an Azurite of its own, and works with them. Everything goes through the counting proxy.</summary>
internal sealed class LettersBenchmark(int letters)
{
    private const int Groups = 100;
    private const int Replayed = 1000;
    private const int Keepers = 32;
    private const int PageSize = 200;

    private static readonly ActionNote Note = new("benchmark");

    private readonly List<LettersStep> _steps = [];

    public async Task<LettersFigures> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using var app = await bed.BuildAppAsync(bed.Proxy.ConnectionString, cancellationToken);
        var desk = app.Services.GetRequiredService<IDeadLetters>();
        await MeasureAsync(bed, "keep", () => KeepAsync(app, cancellationToken));
        await MeasureAsync(bed, "count all groups (maintenance)", async () =>
        {
            await app.Services.GetServices<IMaintenanceStep>().OfType<DeadLetterUpkeep>().Single().RunAsync(cancellationToken);
            return Groups;
        });
        await MeasureAsync(bed, "list groups", async () => (await desk.ListGroupsAsync(cancellationToken: cancellationToken)).Groups.Count);
        await MeasureAsync(bed, "first page", () => PageAsync(desk, new DeadLetterFilter(), cancellationToken));
        await MeasureAsync(bed, "page of one task", () => PageAsync(desk, new DeadLetterFilter { Task = "letters.task-42" }, cancellationToken));
        await MeasureAsync(bed, "page of a filter that nothing fits", () => PageAsync(desk, new DeadLetterFilter { Run = "none" }, cancellationToken));
        await MeasureAsync(bed, "one letter", async () =>
        {
            var first = (await desk.ListAsync(limit: 1, cancellationToken: cancellationToken)).Letters[0];
            return await desk.FindAsync(first.Id, cancellationToken) is null ? 0 : 1;
        });
        await MeasureAsync(bed, "dry run of a replay", async () =>
            (await desk.PreviewReplayAsync(new DeadLetterFilter(), new ReplayOptions(), cancellationToken)).Matched);
        await MeasureAsync(bed, "replay", async () =>
        {
            var before = Time(Replayed / Groups);
            return await FinishAsync(app, await desk.ReplayAsync(new DeadLetterFilter { Before = before }, new ReplayOptions(), Note, cancellationToken), cancellationToken);
        });
        await MeasureAsync(bed, "purge", async () =>
        {
            var before = Time(letters / Groups / 10);
            return await FinishAsync(app, await desk.PurgeAsync(new DeadLetterFilter { Before = before }, Note, cancellationToken), cancellationToken);
        });
        return new LettersFigures(letters, _steps);
    }

    private async Task<long> KeepAsync(IHost app, CancellationToken cancellationToken)
    {
        var store = app.Services.GetRequiredService<DeadLetterStore>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, letters),
            new ParallelOptions { MaxDegreeOfParallelism = Keepers, CancellationToken = cancellationToken },
            async (number, stop) => await store.AddAsync(Record(number), stop));
        return letters;
    }

    private static async Task<long> PageAsync(IDeadLetters desk, DeadLetterFilter filter, CancellationToken cancellationToken) =>
        (await desk.ListAsync(filter, limit: PageSize, cancellationToken: cancellationToken)).Letters.Count;

    private static async Task<long> FinishAsync(IHost app, DeadLetterAction action, CancellationToken cancellationToken)
    {
        var runner = app.Services.GetRequiredService<ActionRunner>();
        while (!(await runner.StepAsync(action.Id, cancellationToken)).IsOver)
        {
        }

        return (await app.Services.GetRequiredService<IDeadLetters>().FindActionAsync(action.Id, cancellationToken))!.Done;
    }

    // Each group has a letter in each second.
    private static DateTimeOffset Time(int second) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second);

    private static DeadLetterRecord Record(int number)
    {
        var (group, at, id) = (number % Groups, Time(number / Groups), Guid.CreateVersion7().ToString());
        var payload = System.Text.Json.JsonSerializer.SerializeToElement(new { text = new string('x', 89) });
        return new DeadLetterRecord
        {
            Id = id,
            Kind = DeadLetterKind.Task,
            Task = group == 42 ? "letters.task-42" : "bench.result",
            Queue = "celerity-low",
            Category = ErrorCategory.Permanent,
            Reason = $"no way to do {(char)('a' + (group / 10))}{(char)('a' + (group % 10))} with order {number}",
            At = at,
            Host = "benchmark",
            Body = System.Text.Encoding.UTF8.GetBytes(MessageCodec.Encode(new TaskEnvelope { Id = id, Task = "bench.result", Payload = payload })),
            Failures = [FailureRecord.Of("no way", ErrorCategory.Permanent, 1, at)],
        };
    }

    private async Task MeasureAsync(BenchmarkBed bed, string name, Func<Task<long>> step)
    {
        var (before, start) = (bed.Proxy.Requests, TimeProvider.System.GetTimestamp());
        var count = await step();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        _steps.Add(new LettersStep(name, count, elapsed.TotalSeconds, bed.Proxy.Requests.Since(before).Total, GC.GetTotalMemory(forceFullCollection: true) / 1e6));
    }
}
