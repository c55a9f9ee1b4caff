using System.Text.Json;
using Celerity.Compositions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Compositions;

/// <summary>What becomes of answers: the first counts, a yes holds, a no is asked about again.</summary>
public sealed class ApprovalRuleTests
{
    private readonly AwaitBench _bench = new();

    [Fact]
    public async Task Answer_AfterAnother_IsRefused_AndChangesNothing()
    {
        await _bench.BeginAsync();
        await AnswerAsync(approved: false, "ada");

        var refused = await Assert.ThrowsAsync<CelerityException>(() => AnswerAsync(approved: true, "bob"));

        Assert.Equal(ErrorCodes.ApprovalDecided, refused.Code);
        Assert.Equal(("Refused", "ada"), await AskedAsync());
    }

    [Theory]
    [InlineData(true, "Approved")]
    [InlineData(false, "Waiting")]
    public async Task NextGeneration_YesHolds_NoIsAskedAboutAgain(bool approved, string then)
    {
        await _bench.BeginAsync();
        await AnswerAsync(approved, "ada");
        await _bench.RestartAsync();

        Assert.Equal(then, (await AskedAsync()).State);
    }

    [Fact]
    public async Task Answer_AtTheDeadline_WhoeverIsFasterCounts()
    {
        await _bench.BeginAsync();
        var request = Request();
        _ = await _bench.StepAsync(request);
        _bench.Simulation.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal("expired", StateOf((await _bench.StepAsync(request))!));
        var late = await Assert.ThrowsAsync<CelerityException>(() => AnswerAsync(approved: true, "ada"));

        Assert.Equal(ErrorCodes.ApprovalDecided, late.Code);
        Assert.Empty(_bench.Signal.Raised);
    }

    private AwaitRequest Request() => new(_bench.Key) { Approval = new AwaitedApproval("publish", _bench.Simulation.Time.GetUtcNow() + TimeSpan.FromDays(1)) };

    private Task<ApprovalRow> AnswerAsync(bool approved, string who) => _bench.Worker.GetRequiredService<Approvals>()
        .AnswerAsync(_bench.Run, "publish", approved, new ActionNote(who), CancellationToken.None).AsTask();

    // What the pipeline is told, or that it waits.
    private async Task<(string State, string? Who)> AskedAsync()
    {
        var step = (await _bench.StepAsync(Request()))!;
        return step.Outcome is { Result: { } result }
            ? (result.Deserialize<Approval>(CelerityJson.Options)!.State.ToString(), result.Deserialize<Approval>(CelerityJson.Options)!.Who)
            : ("Waiting", null);
    }

    private static string StateOf(AwaitStep step) => step.Outcome!.Result!.Value.GetProperty("state").GetString()!;
}
