using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Durable.PlainHosting;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using FailureStrategy = Microsoft.DurableTask.Worker.DurableTaskWorkerOptions.VersionFailureStrategy;
using MatchStrategy = Microsoft.DurableTask.Worker.DurableTaskWorkerOptions.VersionMatchStrategy;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

public sealed class VersionTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1", -1)]
    [InlineData("1", " ", 1)]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("1.0", "1.0.0", -1)]
    [InlineData("Beta", "beta", 0)]
    [InlineData("alpha", "1.0", 1)]
    public void CompareVersions_AsNumbersElseAsText(string source, string other, int sign) =>
        Assert.Equal(sign, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(source, other)));

    [Theory]
    [InlineData(MatchStrategy.None, "9.0", true)]
    [InlineData(MatchStrategy.Strict, "2.0", true)]
    [InlineData(MatchStrategy.Strict, "1.0", false)]
    [InlineData(MatchStrategy.CurrentOrOlder, "1.0", true)]
    [InlineData(MatchStrategy.CurrentOrOlder, "2.0", true)]
    [InlineData(MatchStrategy.CurrentOrOlder, "2.1", false)]
    public async Task FailureStrategyFail_VersionThatDoesNotMatch_Fails(MatchStrategy strategy, string version, bool runs)
    {
        await using var app = await StartAsync(new() { Version = "2.0", MatchStrategy = strategy, FailureStrategy = FailureStrategy.Fail });

        var ended = await app.RunToEndAsync("Version", options: new StartOrchestrationOptions { Version = version });

        Assert.Equal(runs ? null : "VersionMismatch", ended.FailureDetails?.ErrorType);
        Assert.Equal(runs ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
    }

    [Fact]
    public void FailureStrategyReject_VersionThatDoesNotMatch_IsLeftToAnotherWorker() => Assert.Throws<WorkAbandonedException>(
        () => VersionMatch.RefusalOf("3.0", new DurableTaskWorkerOptions.VersioningOptions { Version = "2.0", MatchStrategy = MatchStrategy.Strict }));

    [Fact]
    public async Task Versions_OfSubOrchestrationsAndActivities()
    {
        await using var app = await StartAsync(new() { DefaultVersion = "5" });

        var ended = await app.RunToEndAsync("Parent", options: new StartOrchestrationOptions { Version = "4" });

        // The worker's default for a sub-orchestration, the caller's own for an activity, unless they are given.
        Assert.Equal(["5", "6", "4", "7", "1", "-1"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task ClientDefaultVersion_IsOfStartsWithoutOne()
    {
        await using var app = await StartAsync(null, services => services.AddDurableTaskClient().UseDefaultVersion("1.2"));

        Assert.Equal("1.2", (await app.RunToEndAsync("Version")).ReadOutputAs<string>());
        Assert.Equal("9", (await app.RunToEndAsync("Version", options: new StartOrchestrationOptions { Version = "9" })).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Registration_OfAVersion_RunsThatVersion()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks
            .AddOrchestratorFunc<object, string>("Versioned", "2", (_, _) => Task.FromResult<string?>("two"))
            .AddOrchestratorFunc<object, string>("Versioned", "3", (_, _) => Task.FromResult<string?>("three"))));

        Assert.Equal("two", (await Run("2")).ReadOutputAs<string>());
        Assert.Equal("three", (await Run("3")).ReadOutputAs<string>());
        Assert.Equal("OrchestratorTaskNotFound", (await Run("4")).FailureDetails!.ErrorType);

        Task<OrchestrationMetadata> Run(string version) => app.RunToEndAsync("Versioned", options: new StartOrchestrationOptions { Version = version });
    }

    [Fact]
    public async Task MaximumTimerInterval_LongTimer_IsSplit()
    {
        await using var app = await PlainApp.StartAsync(worker => worker
            .Configure(options => options.MaximumTimerInterval = TimeSpan.FromHours(1))
            .AddTasks(tasks => tasks.AddOrchestratorFunc<TimeSpan>("Waits", async context =>
            {
                var from = context.CurrentUtcDateTime;
                await context.CreateTimer(TimeSpan.FromMinutes(150), CancellationToken.None);
                return context.CurrentUtcDateTime - from;
            })));

        var ended = await app.RunToEndAsync("Waits");

        Assert.Equal(TimeSpan.FromMinutes(150), ended.ReadOutputAs<TimeSpan>());
        Assert.Equal(3, app.ReadHistory(ended.InstanceId).Count(item => item is TimerCreated));
    }

    [Fact]
    public async Task WorkItemFilters_WhatTheyDoNotName_IsLeftToAnotherWorker()
    {
        var tasks = new RegisteredTasks(
            new DurableTaskRegistry().AddOrchestratorFunc("Mine", _ => { }).AddOrchestratorFunc("Other", _ => { }).AddActivityFunc("Other", _ => { }),
            new ServiceCollection().BuildServiceProvider(),
            new DurableTaskWorkerOptions(),
            new DurableTaskWorkerWorkItemFilters { Orchestrations = [new("mine", ["1"])] },
            exceptionProperties: null);

        Assert.Null(await tasks.RefuseOrchestrationAsync(Started("Mine", "1"), CancellationToken.None));
        await Assert.ThrowsAsync<WorkAbandonedException>(async () => await tasks.RefuseOrchestrationAsync(Started("Mine", "2"), CancellationToken.None));
        await Assert.ThrowsAsync<WorkAbandonedException>(async () => await tasks.RefuseOrchestrationAsync(Started("Other", "1"), CancellationToken.None));
        Assert.Throws<WorkAbandonedException>(() => tasks.RefuseActivity(new ActivityCall("i", "x", 0, "Other", "", null)));
    }

    private static ExecutionStarted Started(string name, string version) => new(name, version, null, "x", null, null);

    private static Task<PlainApp> StartAsync(DurableTaskWorkerOptions.VersioningOptions? versioning, Action<IServiceCollection>? more = null) => PlainApp.StartAsync(
        worker => worker
            .Configure(options => options.Versioning = versioning)
            .AddTasks(tasks => tasks
                .AddOrchestratorFunc<string>("Version", context => context.Version)
                .AddActivityFunc<string>("ActivityVersion", context => context.Version)
                .AddOrchestratorFunc<string[]>("Parent", async context =>
                [
                    await context.CallSubOrchestratorAsync<string>("Version"),
                    await context.CallSubOrchestratorAsync<string>("Version", null, new SubOrchestrationOptions { Version = "6" }),
                    await context.CallActivityAsync<string>("ActivityVersion"),
                    await context.CallActivityAsync<string>("ActivityVersion", null, new TaskOptions { Version = "7" }),
                    $"{context.CompareVersionTo("3")}",
                    $"{Math.Sign(context.CompareVersionTo("4.1"))}",
                ])),
        more);
}
