using Celerity.Figures;
using Celerity.History;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using Celerity.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.History;

/// <summary>Processes that count and write, over one storage in memory.</summary>
internal sealed class HistoryBench
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 30, TimeSpan.Zero);

    public HistoryBench() => Storage = new InMemoryStorage(Time);

    public FakeTimeProvider Time { get; } = new(Start);

    public InMemoryStorage Storage { get; }

    public HistoryOptions Options { get; } = new();

    private ITableStore Tables => Storage.Tables;

    public HistoryStore Store => new(Tables, Microsoft.Extensions.Options.Options.Create(Options));

    public (HistoryCounter Counter, HistoryWriter Writer) Process(string id, ITableStore? tables = null)
    {
        var counter = new HistoryCounter(Time);
        var me = new WorkerIdentity(id, "host", 1, Time.GetUtcNow(), null, null);
        return (counter, new HistoryWriter(counter, tables ?? Tables, me, new WorkerLoad(Time), Time, NullLogger<HistoryWriter>.Instance));
    }

    public HistoryRollup Rollup(ITableStore? tables = null) => new(tables ?? Tables, Microsoft.Extensions.Options.Options.Create(Options), Time);

    /// <summary>Tells of what happened to a task now.</summary>
    public void Tell(HistoryCounter counter, TaskEventKind kind, string task = "orders.ship", double seconds = 1)
    {
        var told = counter.OnEventAsync(
            new TaskEvent
            {
                Kind = kind,
                At = Time.GetUtcNow(),
                Id = "1",
                Name = task,
                Queue = StorageNames.DefaultQueue,
                Duration = TimeSpan.FromSeconds(seconds),
                Waited = TimeSpan.FromSeconds(seconds),
            },
            CancellationToken.None);
        Assert.True(told.IsCompletedSuccessfully);
    }

    /// <summary>Writes a minute with one task sent and one measured length of a queue, and goes on to the next minute.</summary>
    public async Task WriteMinuteAsync(HistoryCounter counter, HistoryWriter writer, long length = 0)
    {
        Tell(counter, TaskEventKind.BeforePublish);
        counter.CountRequest("queue send");
        await Store.AddAsync(new AppFigures(Time.GetUtcNow(), [new QueueFigure(StorageNames.DefaultQueue, length, 1)], [], 0, []), CancellationToken.None);
        Time.Advance(TimeSpan.FromMinutes(1));
        await writer.WriteAsync(withOpen: false);
    }

    public async Task<IReadOnlyList<HistoryPoint>> ReadAsync(HistoryStep step, DateTimeOffset? from = null) =>
        await Store.ReadAsync(from ?? Start.AddDays(-1), Time.GetUtcNow().AddDays(1), step, CancellationToken.None);

    public async Task<List<TableRow>> RowsAsync() =>
        await Tables.QueryAsync(StorageNames.HistoryTable, new TableQuery(null), CancellationToken.None).ToListAsync();
}
