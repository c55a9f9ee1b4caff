using Celerity.TestKit.Hosting;
using Celerity.TestKit.Hosting.Running;
using Celerity.TestKit.SampleApp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>Ways to start an app, and apps side by side.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Settings_OfTheTest_WinOverTheAppsFiles()
    {
        var mailer = new FakeMailer();
        await using var host = await mailer.StartAsync(options => options.Set("SampleApp__Greeting", "Dear ada").Set("AzureFunctionsJobHost__extensions__http__routePrefix", "v1"));

        await host.Queues.SendAsync("orders", new Order("1", "ada"));
        await host.RunUntilIdleAsync();

        Assert.Equal(["ada: Dear ada, your order 1 is on its way."], mailer.Sent);
        Assert.Contains("ada", await host.Http.GetStringAsync("/v1/orders/1", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(Environment.GetEnvironmentVariable("SampleApp__Greeting"));
    }

    [Fact]
    public async Task HostBuilder_TheOlderWay_IsStartedAlike()
    {
        var options = new FunctionTestHostOptions().Set("Colour", "blue").ConfigureServices(services => services.AddSingleton(new TestFunctions.Log(queues: null)));
        options.FunctionTypes.Add(typeof(TestFunctions));
        await using var host = await FunctionTestHost.StartAsync(options, TestedApp.WithMain(options, () => new HostBuilder()
            .ConfigureFunctionsWebApplication()
            .ConfigureServices(services => services.AddSingleton(new TestFunctions.Log(queues: null)))
            .Build()
            .Run()));

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();

        Assert.Equal(["hello"], host.Services.GetRequiredService<TestFunctions.Log>().Entries);
        Assert.Equal("blue", host.Services.GetRequiredService<IConfiguration>()["Colour"]);
        Assert.Same(host.Services.GetServices<TestFunctions.Log>().Last(), host.Services.GetRequiredService<TestFunctions.Log>());
    }

    [Fact]
    public async Task Start_FunctionNeedsASettingThatIsMissing_SaysWhich()
    {
        var error = await Assert.ThrowsAsync<TestHostException>(() => new FakeMailer().StartAsync(options => options.Set("CleanupSchedule", null)));

        Assert.StartsWith("The app did not start: ", error.Problem, StringComparison.Ordinal);
        Assert.Contains("%CleanupSchedule%", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MainEndsWithoutAHost_SaysSo()
    {
        var options = new FunctionTestHostOptions();
        options.FunctionTypes.Add(typeof(TestFunctions));

        var error = await Assert.ThrowsAsync<TestHostException>(() => FunctionTestHost.StartAsync(options, TestedApp.WithMain(options, static () => { })));

        Assert.Equal("The app's Main has ended without running a host.", error.Problem);
    }

    [Fact]
    public async Task Hosts_SideBySide_DoNotSeeEachOther()
    {
        await Task.WhenAll(Enumerable.Range(1, 6).Select(async number =>
        {
            var mailer = new FakeMailer();
            await using var host = await mailer.StartAsync(options => options.Set("SampleApp__Greeting", $"Host {number}"));
            for (var order = 1; order <= number; order++)
            {
                await host.Queues.SendAsync("orders", new Order($"{number}-{order}", "ada"));
            }

            var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Approval", $"boss {number}");
            await host.AdvanceAsync(TimeSpan.FromDays(number));

            Assert.Equal(new DateTimeOffset(2030, 1, 1 + number, 0, 0, 0, TimeSpan.Zero), host.Now);
            Assert.Equal(
                Enumerable.Range(1, number).Select(order => $"ada: Host {number}, your order {number}-{order} is on its way."),
                mailer.Sent.Where(mail => mail.StartsWith("ada", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.All(mailer.Sent.Where(mail => mail.StartsWith("boss", StringComparison.Ordinal)), mail => Assert.StartsWith($"boss {number}:", mail, StringComparison.Ordinal));
            Assert.NotNull(await host.Durable.GetInstanceAsync(id));
        }));
    }
}
