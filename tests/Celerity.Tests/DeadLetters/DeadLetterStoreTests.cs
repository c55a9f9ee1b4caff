using System.Text;
using Celerity.DeadLetters;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.DeadLetters;

public sealed class DeadLetterStoreTests
{
    private readonly TaskSimulation _simulation = new() { Configure = StageMutation.Apply };

    private DeadLetterStore Store => _simulation.Worker().GetRequiredService<DeadLetterStore>();

    [Fact]
    public async Task Add_Again_KeepsTheFirstAndCountsItOnce()
    {
        await Store.AddAsync(Record(), CancellationToken.None);
        await Store.AddAsync(Record() with { Host = "other" }, CancellationToken.None);

        Assert.Equal("h", Assert.Single(await _simulation.DeadLettersAsync()).FindString("host"));
        Assert.Equal(1, (await FiguresAsync(Record().Key.Group)).Total);
    }

    [Fact]
    public async Task Add_LikeCauses_LieTogether()
    {
        await Store.AddAsync(Record() with { Id = "1", Reason = "no row 17 of order a1b2-77" }, CancellationToken.None);
        await Store.AddAsync(Record() with { Id = "2", Reason = "no row 4711 of order 0c5d-1" }, CancellationToken.None);
        await Store.AddAsync(Record() with { Id = "3", Reason = "no column 17 of order a1b2-77" }, CancellationToken.None);

        Assert.Equal([2, 1], (await _simulation.DeadLettersAsync()).GroupBy(row => row.PartitionKey).Select(group => group.Count()).OrderDescending());
    }

    [Fact]
    public async Task Add_BodyThatDoesNotFitARow_GoesToABlobAndIsReadFromIt()
    {
        var body = Encoding.UTF8.GetBytes(new string('x', 100_000));
        var record = Record() with { Id = "a/b", Body = body };

        await Store.AddAsync(record, CancellationToken.None);

        var row = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Null(row.FindBytes("body"));
        Assert.Equal("a/b", row.FindString("id"));
        var letter = (await Store.FindAsync(record.Key, CancellationToken.None))!.Letter;
        Assert.Equal(body, letter.Message!.Value.ToArray());
        Assert.Equal(100_000, letter.Size);
    }

    [Fact]
    public async Task AddUndecodable_KeepsTheBytesAsTheyCame()
    {
        byte[] bytes = [0xFF, 0x00, 0x7B];

        await Store.AddUndecodableAsync(new UndecodableItem("m1", "what?", bytes), "q", TaskSimulation.Start, CancellationToken.None);

        var row = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal(bytes, row.FindBytes("body"));
        Assert.Equal(("message", nameof(ErrorCategory.Undecodable), "q"), (row.FindString("kind"), row.FindString("category"), row.FindString("queue")));
    }

    [Fact]
    public async Task Add_KilledOrFaultedAtAnyCall_IsCountedOnce()
    {
        await EveryFault.PlayAsync(async plan =>
        {
            var simulation = new TaskSimulation { Configure = StageMutation.Apply };
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await simulation.Worker(tries == 0 ? plan : null).GetRequiredService<DeadLetterStore>()
                        .AddAsync(Record() with { Body = new byte[70_000] }, CancellationToken.None);
                    break;
                }
                catch (Exception exception) when (tries == 0 && EveryFault.IsPlanned(exception))
                {
                }
            }

            Assert.Single(await simulation.DeadLettersAsync());
            var figures = await FiguresAsync(Record().Key.Group, simulation);
            Assert.Equal((1, 1), (figures.Total, figures.Open));
        });
    }

    [Fact]
    public async Task Add_ManyAtOnceFromTwoProcesses_AreAllCounted()
    {
        DeadLetterStore[] stores = [Store, Store];

        await Task.WhenAll(Enumerable.Range(0, 300).Select(number =>
            stores[number % 2].AddAsync(Record() with { Id = $"t{number % 250}" }, CancellationToken.None).AsTask()));

        Assert.Equal(250, (await _simulation.DeadLettersAsync()).Count);
        Assert.Equal(250, (await FiguresAsync(Record().Key.Group)).Open);
    }

    [Fact]
    public async Task Delete_KilledOrFaultedAtAnyCall_LeavesNothingAndIsCountedOnce()
    {
        await EveryFault.PlayAsync(async plan =>
        {
            var simulation = new TaskSimulation { Configure = StageMutation.Apply };
            var store = simulation.Worker().GetRequiredService<DeadLetterStore>();
            await store.AddAsync(Record() with { Body = new byte[70_000] }, CancellationToken.None);
            await store.AddAsync(Record() with { Id = "t2" }, CancellationToken.None);
            for (var tries = 0; (await simulation.DeadLettersAsync()) is { Count: > 0 } rows; tries++)
            {
                Assert.True(tries < 5);
                try
                {
                    var deleter = simulation.Worker(tries == 0 ? plan : null).GetRequiredService<DeadLetterStore>();
                    if (await deleter.TryMarkGoneAsync([.. rows.Select(DeadLetterRow.From)], action: null, CancellationToken.None) is { } gone)
                    {
                        Assert.True(await deleter.TryDropAsync(gone, CancellationToken.None));
                    }
                }
                catch (Exception exception) when (tries == 0 && EveryFault.IsPlanned(exception))
                {
                }
            }

            var figures = await FiguresAsync(Record().Key.Group, simulation);
            Assert.Equal((2, 0), (figures.Total, figures.Open));
            Assert.Null(await ((IBlobStore)simulation.Storage.Blobs).FindAsync(
                StorageNames.DeadLettersContainer, $"{Record().Key.Group}/{Record().Key.RowKey}", CancellationToken.None));
        });
    }

    [Fact]
    public void Frames_AreTheAppsOwn_InnermostFirst()
    {
        const string Stack = """
            System.Exception: outer
             ---> System.Exception: inner
               at System.Number.ThrowFormatException()
               at Shop.Orders.Parse(String text) in C:\Orders.cs:line 7
               at Shop.Orders.Read()
               --- End of inner exception stack trace ---
               at Shop.Handler.HandleAsync(Order task)
            """;

        Assert.Equal(["Shop.Orders.Parse", "Shop.Orders.Read"], OwnFrames.Of(Stack));
        Assert.Empty(OwnFrames.Of(null));
    }

    internal static DeadLetterRecord Record() => new()
    {
        Id = "t1",
        Kind = DeadLetterKind.Task,
        Task = "orders.ship",
        Queue = "celerity-default",
        Category = ErrorCategory.Permanent,
        Reason = "no",
        At = TaskSimulation.Start,
        Host = "h",
        Body = "{}"u8.ToArray(),
        Failures = [FailureRecord.Of("no", ErrorCategory.Permanent, 1, TaskSimulation.Start)],
    };

    private Task<GroupFigures> FiguresAsync(string group) => FiguresAsync(group, _simulation);

    private static async Task<GroupFigures> FiguresAsync(string group, TaskSimulation simulation)
    {
        var row = await ((ITableStore)simulation.Storage.Tables).FindAsync(StorageNames.DeadLettersTable, group, DeadLetterKey.FiguresRow, CancellationToken.None);
        Assert.NotNull(row);
        return GroupFigures.From(row, group);
    }
}
