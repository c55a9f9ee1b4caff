using System.Net.Http.Json;
using Celerity.TestKit.Hosting;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.SampleApp;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>The examples of docs/testing.md, which shows the regions of this file.</summary>
public sealed class DocumentedTests
{
    [Fact]
    public async Task Order_Placed_IsSavedAndMailed()
    {
        #region order
        var mailer = new FakeMailer();
        await using var host = await FunctionTestHost.StartAsync<Order>(o => o.ConfigureServices(s => s.AddSingleton<IMailer>(mailer)));

        await host.Http.PostAsJsonAsync("/api/orders", new Order("1", "ada"));
        await host.RunUntilIdleAsync();

        Assert.Equal("ada", (await host.Http.GetFromJsonAsync<Order>("/api/orders/1"))!.Customer);
        Assert.Equal(["ada: Hello, your order 1 is on its way."], mailer.Sent);
        #endregion
    }

    [Fact]
    public async Task Approval_Reminded_IsApproved()
    {
        var mailer = new FakeMailer();
        await using var host = await mailer.StartAsync();

        #region approval
        var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Approval", "ada");
        await host.AdvanceAsync(TimeSpan.FromDays(5));
        Assert.Equal(3, mailer.Sent.Count(mail => mail.StartsWith("ada")));

        await host.Durable.RaiseEventAsync(id, "Decision", true);
        var ended = await host.RunToCompletionAsync(id);
        Assert.Equal("approved", ended.ReadOutputAs<string>());
        #endregion
    }

    [Fact]
    public async Task Order_CrashAfterTheMail_IsMailedTwice()
    {
        var mailer = new FakeMailer();
        await using var host = await mailer.StartAsync();

        #region crash
        host.Faults.CrashAt(FaultPoint.BeforeDelete, "orders");

        await host.Queues.SendAsync("orders", new Order("1", "ada"));
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        Assert.Equal(2, mailer.Sent.Count(mail => mail.Contains("order 1")));
        Assert.Empty(host.Faults.Pending);
        #endregion
    }
}
