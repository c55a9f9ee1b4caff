using Celerity.Alerts;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>What is silenced keeps its state and is not told; what still holds when the silence ends is.</summary>
public sealed class AlertSilenceTests
{
    private const AlertKind Backlog = AlertKind.BacklogLength;
    private const string Queue = "celerity-default";

    private static readonly ActionNote Note = new("ann", "we know");

    private readonly AlertBench _bench = new(AlertBench.Receiver());

    [Theory]
    [InlineData("backlogislong", null)]
    [InlineData(null, "Celerity-Default")]
    [InlineData("BacklogIsLong", Queue)]
    [InlineData(null, null)]
    public async Task Alert_ThatIsSilenced_IsToldWhenTheSilenceEnds(string? rule, string? subject)
    {
        var evaluator = _bench.Evaluator();
        await Silences(evaluator).AddAsync(rule, subject, 60, Note, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 59);
        Assert.Empty(_bench.Posts);
        var shown = (await evaluator.GetRequiredService<AlertViews>().ListAsync(CancellationToken.None)).Alerts.Single();
        Assert.Equal((AlertState.Firing, true), (shown.State, shown.IsSilenced));

        await _bench.MinutesAsync(evaluator, 2);

        Assert.Equal(["ops alert.firing celerity-default"], _bench.Told);
        Assert.Empty((await evaluator.GetRequiredService<AlertViews>().ListAsync(CancellationToken.None)).Silences);
    }

    [Theory]
    [InlineData("BacklogIsOld", null)]
    [InlineData(null, "celerity-high")]
    [InlineData("BacklogIsLong", "celerity-high")]
    public async Task Alert_OfAnotherRuleOrSubject_IsTold(string? rule, string? subject)
    {
        var evaluator = _bench.Evaluator();
        await Silences(evaluator).AddAsync(rule, subject, 60, Note, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 11);

        Assert.Single(_bench.Posts);
    }

    [Fact]
    public async Task Alert_ThatComesAndGoesInASilence_IsNeverTold()
    {
        var evaluator = _bench.Evaluator();
        await Silences(evaluator).AddAsync(null, null, 60, Note, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 20);
        _bench.Measure(Backlog, Queue, 0);
        await _bench.MinutesAsync(evaluator, 60);

        Assert.Empty(_bench.Posts);
    }

    [Fact]
    public async Task Alert_ThatWasToldAndEndsInASilence_IsToldToBeOverAfterIt()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 11);
        await Silences(evaluator).AddAsync(null, null, 60, Note, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 0);
        await _bench.MinutesAsync(evaluator, 58);
        Assert.Single(_bench.Posts);

        await _bench.MinutesAsync(evaluator, 3);

        Assert.Equal(["ops alert.firing celerity-default", "ops alert.resolved celerity-default"], _bench.Told);
    }

    [Fact]
    public async Task End_BeforeItsTime_LetsAlertsBeTold_AndTheAuditHasBoth()
    {
        var evaluator = _bench.Evaluator();
        var silence = await Silences(evaluator).AddAsync("BacklogIsLong", null, 60, Note, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 20);

        await Silences(evaluator).EndAsync(silence.Id, new ActionNote("bob"), CancellationToken.None);
        await _bench.MinuteAsync(evaluator);

        Assert.Single(_bench.Posts);
        await Assert.ThrowsAsync<CelerityException>(() => Silences(evaluator).EndAsync(silence.Id, Note, CancellationToken.None).AsTask());
        var audit = await evaluator.GetRequiredService<IAppControl>().ListAuditAsync();
        Assert.Equal([("alert.unsilence", "bob"), ("alert.silence", "ann")], audit.Records.Select(record => (record.What, record.Who)));
        Assert.All(audit.Records, record => Assert.Equal(silence.Id, record.Target));
    }

    [Theory]
    [InlineData("Backlog", null, 60, "CEL0308: rule must be one of TasksDie, DeadLettersGrow, BacklogIsLong,")]
    [InlineData(null, "", 60, "CEL0308: subject must have 1 to 500 characters")]
    [InlineData(null, null, 0, "CEL0308: minutes must be 1 to 43200")]
    [InlineData(null, null, 43_201, "CEL0308: minutes must be 1 to 43200")]
    public async Task Add_WhatCannotBe_IsRefused(string? rule, string? subject, int minutes, string message)
    {
        var evaluator = _bench.Evaluator();

        var exception = await Assert.ThrowsAsync<CelerityException>(() => Silences(evaluator).AddAsync(rule, subject, minutes, Note, CancellationToken.None).AsTask());

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_BeyondAHundred_IsRefused_UntilSomeHaveEnded()
    {
        var evaluator = _bench.Evaluator();
        for (var silence = 0; silence < 100; silence++)
        {
            await Silences(evaluator).AddAsync(null, $"q{silence}", 10, Note, CancellationToken.None);
        }

        var exception = await Assert.ThrowsAsync<CelerityException>(() => Silences(evaluator).AddAsync(null, "q", 10, Note, CancellationToken.None).AsTask());
        Assert.Equal("CEL0338", exception.Code);

        _bench.Simulation.Time.Advance(TimeSpan.FromMinutes(10));
        await Silences(evaluator).AddAsync(null, "q", 10, Note, CancellationToken.None);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("a/b#?\\")]
    public async Task End_OfNone_IsUnknown(string id)
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => Silences(_bench.Evaluator()).EndAsync(id, Note, CancellationToken.None).AsTask());

        Assert.Equal("CEL0337", exception.Code);
    }

    // A silence whose answer was lost may be there twice, and each has its record.
    [Fact]
    public Task Add_AnyFaultAtAnyCall_IsThereWithItsRecord() => EveryFault.PlayAsync(async plan =>
    {
        var bench = new AlertBench();
        var evaluator = bench.Evaluator(plan);
        try
        {
            await Silences(evaluator).AddAsync("TasksDie", null, 5, Note, CancellationToken.None);
        }
        catch (Exception exception) when (EveryFault.IsPlanned(exception))
        {
            await Silences(bench.Evaluator()).AddAsync("TasksDie", null, 5, Note, CancellationToken.None);
        }

        evaluator = bench.Evaluator();
        var silences = await Silences(evaluator).ListAsync(CancellationToken.None);
        var audit = await evaluator.GetRequiredService<IAppControl>().ListAuditAsync();
        Assert.InRange(silences.Count, 1, 2);
        Assert.Equal(silences.Select(silence => silence.Id).Order(), audit.Records.Select(record => record.Target).Order());
    });

    private static AlertSilences Silences(IServiceProvider evaluator) => evaluator.GetRequiredService<AlertSilences>();
}
