using System.Net;
using Xunit;
using static Celerity.Functions.Tests.Compositions.CompositionBench;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>Approvals over HTTP, on the virtual clock.</summary>
public sealed class ApprovalTests
{
    private static readonly object Form = new { form = "approval" };

    [Fact]
    public async Task Approval_IsAnsweredOnce_AndAudited()
    {
        await using var bench = await StartAsync();
        var id = await bench.BeginAsync(Form);
        await bench.Host.AdvanceAsync(TimeSpan.FromHours(30));
        var asked = (await bench.GetAsync($"runs/{id}/approvals")).GetProperty("approvals")[0];
        Assert.Equal(("publish", "waiting"), (Text(asked, "name"), Text(asked, "state")));
        var before = bench.Host.Now;

        var yes = new { approved = true, who = "ada", why = "looks right" };
        var answered = await bench.PostAsync($"runs/{id}/approvals/publish", yes);
        await bench.Host.RunUntilIdleAsync();
        var run = await bench.EndOfAsync(id);

        Assert.Equal(before, bench.Host.Now);
        Assert.Equal(("approved", "ada", "looks right"), (Text(answered, "state"), Text(answered, "who"), Text(answered, "why")));
        Assert.Equal(("succeeded", "approved", "ada"), (Text(run, "state"), Text(run.GetProperty("result"), "state"), Text(run.GetProperty("result"), "who")));
        var audit = (await bench.GetAsync("audit")).GetProperty("records")[0];
        Assert.Equal(("approvals.approve", id, "ada", "looks right"), (Text(audit, "what"), Text(audit, "target"), Text(audit, "who"), Text(audit, "why")));
        Assert.Equal("CEL0316", Text(await bench.PostAsync($"runs/{id}/approvals/publish", yes, HttpStatusCode.Conflict), "code"));
    }

    [Fact]
    public async Task Approval_GivenBeforeItIsAsked_Counts_AndTheFirstAnswerHolds()
    {
        await using var bench = await StartAsync();
        bench.Book.Length = TimeSpan.FromMinutes(1);
        var id = await bench.BeginAsync(new { form = "job and approval" });
        await bench.Host.RunUntilIdleAsync();

        await bench.PostAsync($"runs/{id}/approvals/publish", new { approved = false, who = "ada" });
        await bench.PostAsync($"runs/{id}/approvals/publish", new { approved = false, who = "bob" });
        Assert.Equal("CEL0353", Text(await bench.PostAsync($"runs/{id}/approvals/publish", new { approved = true }, HttpStatusCode.Conflict), "code"));

        var result = (await bench.EndOfAsync(id)).GetProperty("result");
        Assert.Equal(("refused", "ada"), (Text(result, "state"), Text(result, "who")));
    }

    [Fact]
    public async Task Approval_NoAnswer_ExpiresAtItsDeadline()
    {
        await using var bench = await StartAsync();
        var begun = bench.Host.Now;

        var id = await bench.BeginAsync(Form);
        await bench.Host.AdvanceAsync(TimeSpan.FromDays(3) - TimeSpan.FromSeconds(1));
        Assert.Equal("running", Text(await bench.GetAsync($"runs/{id}"), "state"));
        await bench.Host.AdvanceAsync(TimeSpan.FromSeconds(1));

        var result = (await bench.EndOfAsync(id)).GetProperty("result");
        Assert.Equal("expired", Text(result, "state"));
        Assert.Equal(begun + TimeSpan.FromDays(3), bench.Host.Now);
        Assert.InRange(bench.Host.Orchestrations.PeakHistoryEvents($"{id}.g1.t1"), 1, 60);
    }

    [Fact]
    public async Task Approval_WrongRequest_IsRefused()
    {
        await using var bench = await StartAsync();
        var id = await bench.BeginAsync(Form);

        Assert.Equal("CEL0302", Text(await bench.PostAsync($"runs/{id}/approvals/publish", new { approve = true }, HttpStatusCode.BadRequest), "code"));
        Assert.Equal("CEL0358", Text(await bench.PostAsync($"runs/{id}/approvals/{new string('x', 61)}", new { approved = true }, HttpStatusCode.BadRequest), "code"));
        Assert.Equal("CEL0313", Text(await bench.PostAsync("runs/018f0000000070008000000000000000/approvals/publish", new { approved = true }, HttpStatusCode.NotFound), "code"));
    }
}
