using Celerity.Controls;
using Celerity.Slots;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Slots;

public sealed class SlotScopeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStorage _storage;
    private readonly FaultPlan _calls = new();

    public SlotScopeTests() => _storage = new InMemoryStorage(_time);

    [Fact]
    public async Task Mutex_OfTwoInstances_OneAtATime()
    {
        var (one, other) = (NewScope(), NewScope());
        var lease = await one.TryEnterAsync("", 1, CancellationToken.None);

        Assert.Null(await other.TryEnterAsync("", 1, CancellationToken.None));
        await lease!.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(await other.TryEnterAsync("", 1, CancellationToken.None));
    }

    [Fact]
    public async Task Slot_CostsTwoRequests()
    {
        var scope = NewScope();

        await (await scope.TryEnterAsync("", 3, CancellationToken.None))!.DisposeAsync();

        Assert.Equal(2, _calls.Calls.Count);
        Assert.Equal(0, _storage.Tables.Count(StorageNames.LimitsTable));
    }

    [Fact]
    public async Task Slot_GivenBack_GoesToWhoWaitsHere_WithoutARequest()
    {
        var scope = NewScope();
        var lease = await scope.TryEnterAsync("", 1, CancellationToken.None);
        var waiting = scope.TryEnterAsync("", 1, CancellationToken.None).AsTask();
        var before = _calls.Calls.Count;

        await lease!.DisposeAsync();

        Assert.NotNull(await waiting);
        Assert.Equal(before, _calls.Calls.Count);
    }

    [Fact]
    public async Task Slot_OfAKeyThatHasMany_GoesToTheOneThatHasNone()
    {
        var scope = NewScope();
        var first = await scope.TryEnterAsync("a", 2, CancellationToken.None);
        await scope.TryEnterAsync("a", 2, CancellationToken.None);
        var second = scope.TryEnterAsync("a", 2, CancellationToken.None).AsTask();
        var other = scope.TryEnterAsync("b", 2, CancellationToken.None).AsTask();

        await first!.DisposeAsync();

        Assert.NotNull(await other);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Wait_ForASlot_EndsAfterTwoSeconds()
    {
        var scope = NewScope();
        await scope.TryEnterAsync("", 1, CancellationToken.None);
        var waiting = scope.TryEnterAsync("", 1, CancellationToken.None).AsTask();

        _time.Advance(SlotScope.LongestWait);

        Assert.Null(await waiting);
    }

    [Fact]
    public async Task Instance_Dies_ItsSlotIsFreeWhenTheLeaseIsOver()
    {
        var (dead, other) = (NewScope(Dead()), NewScope());
        await dead.TryEnterAsync("", 1, CancellationToken.None);

        _time.Advance(SlotRows.Lease - TimeSpan.FromSeconds(1));
        Assert.Null(await other.TryEnterAsync("", 1, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.NotNull(await other.TryEnterAsync("", 1, CancellationToken.None));
    }

    [Fact]
    public async Task Slot_WhoseRequestTookLongerThanItsLease_IsNone()
    {
        // Stored with its lease over, found by another, who takes it over before the answer comes.
        SlotLease? second = null;
        var other = NewScope();
        var slow = NewScope(new AlteredTables(_storage.Tables)
        {
            Insert = async (inner, table, row) =>
            {
                _time.Advance(SlotRows.Lease);
                var etag = await inner.TryInsertAsync(table, row, CancellationToken.None);
                _time.Advance(TimeSpan.FromSeconds(1));
                second = await other.TryEnterAsync("", 1, CancellationToken.None);
                return etag;
            },
        });

        Assert.Null(await slow.TryEnterAsync("", 1, CancellationToken.None));
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Slot_HeldForLong_IsRenewed()
    {
        var (scope, other) = (NewScope(), NewScope());
        var lease = await scope.TryEnterAsync("", 1, CancellationToken.None);
        for (var at = 0; at < 20; at++)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            Assert.Null(await other.TryEnterAsync("", 1, CancellationToken.None));
        }

        Assert.False(lease!.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Slot_ThatCannotBeRenewed_IsLost()
    {
        var scope = NewScope(Dead());
        var lease = await scope.TryEnterAsync("", 1, CancellationToken.None);

        for (var at = 0; at < 70; at++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(lease!.Lost.IsCancellationRequested);
        await lease.DisposeAsync();
    }

    [Fact]
    public async Task FewerSlots_WhileSomeAreTaken_NoneIsGivenUntilItFits()
    {
        var (one, other) = (NewScope(), NewScope());
        var leases = new List<SlotLease>();
        for (var at = 0; at < 3; at++)
        {
            leases.Add((await one.TryEnterAsync("", 3, CancellationToken.None))!);
        }

        Assert.Null(await other.TryEnterAsync("", 1, CancellationToken.None));
        await leases[2].DisposeAsync();
        await leases[1].DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await other.TryEnterAsync("", 1, CancellationToken.None));
        await leases[0].DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(await other.TryEnterAsync("", 1, CancellationToken.None));
    }

    [Fact]
    public void NextDelay_OfManyOfAKey_IsOneAfterTheOther_AndNoConcernOfAnotherKey()
    {
        var scope = NewScope();

        var delays = Enumerable.Range(0, 5).Select(_ => scope.NextDelay("a", 2).TotalSeconds).ToList();

        Assert.Equal([1, 1.4, 1.8, 2.2, 2.6], delays.Select(delay => Math.Round(delay, 3)));
        Assert.Equal(1, scope.NextDelay("b", 2).TotalSeconds);
    }

    private SlotScope NewScope(ITableStore? tables = null) => new(
        "test", new SlotRows(new FaultyTableStore(tables ?? _storage.Tables, _calls), new InstanceId(), _time), _time, NullLogger.Instance);

    // What is free can be taken; nothing is renewed or given back.
    private AlteredTables Dead() => new(_storage.Tables)
    {
        Replace = (_, _, _, _) => ValueTask.FromException<string?>(new IOException("gone")),
        Delete = (_, _, _, _, _) => ValueTask.FromException<bool>(new IOException("gone")),
    };
}
