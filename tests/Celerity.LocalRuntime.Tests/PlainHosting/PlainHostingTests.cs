using Celerity.LocalRuntime.Durable.PlainHosting;
using Celerity.LocalRuntime.Tests.Orchestration;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

/// <summary>Workers and clients of durable tasks without a function app.</summary>
public sealed class PlainHostingTests
{
    [Fact]
    public async Task Worker_RunsRegisteredTasks_WithScopedServices()
    {
        await using var app = await PlainApp.StartAsync(
            worker => worker.AddTasks(tasks => tasks
                .AddOrchestratorFunc<string[], string[]>("Cities", async (context, cities) =>
                    await Task.WhenAll(cities!.Select(city => context.CallActivityAsync<string>("Hello", city))))
                .AddActivityFunc<string, string>("Hello", (context, city) => $"Hello {city} from {context.InstanceId}")
                .AddOrchestratorFunc<int, int>("Double", (context, n) => context.CallActivityAsync<int>(nameof(Doubler), n))
                .AddActivity<Doubler>()),
            services => services.AddScoped<Factor>());

        var cities = await app.RunToEndAsync("cities", new[] { "Tokyo", "London" }, new StartOrchestrationOptions("c-1"));
        var twice = await app.RunToEndAsync("Double", 21);

        Assert.Equal(["Hello Tokyo from c-1", "Hello London from c-1"], cities.ReadOutputAs<string[]>()!);
        Assert.Equal(42, twice.ReadOutputAs<int>());
    }

    [Fact]
    public async Task UnknownTasks_FailWithTheSdksErrorTypes()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<string, string>("Calls", async (context, name) =>
        {
            try
            {
                await context.CallActivityAsync(name!, options: TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1))));
                return "";
            }
            catch (TaskFailedException failed)
            {
                return $"{failed.FailureDetails.ErrorType} after {context.CurrentUtcDateTime - new DateTime(2026, 1, 1):g}";
            }
        })));

        var activity = await app.RunToEndAsync("Calls", "NoSuchActivity");
        var orchestrator = await app.RunToEndAsync("NoSuchOrchestrator");

        Assert.Equal("ActivityTaskNotFound after 0:00:00", activity.ReadOutputAs<string>());
        Assert.Equal((OrchestrationRuntimeStatus.Failed, "OrchestratorTaskNotFound"), (orchestrator.RuntimeStatus, orchestrator.FailureDetails!.ErrorType));
    }

    [Fact]
    public async Task Client_SteeringWhatIsNotThereOrHasEnded_HasNoEffect()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc("Nothing", _ => { })));
        var ended = await app.RunToEndAsync("Nothing");

        foreach (var id in new[] { "nobody", ended.InstanceId })
        {
            await app.Client.RaiseEventAsync(id, "event");
            await app.Client.TerminateInstanceAsync(id);
            await app.Client.SuspendInstanceAsync(id);
            await app.Client.ResumeInstanceAsync(id);
        }

        await app.SettleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Client.GetInstanceAsync(ended.InstanceId))!.RuntimeStatus);
        Assert.Null(await app.Client.GetInstanceAsync("nobody"));
    }

    [Fact]
    public async Task FailedInstance_OutputIsTheMessageAlone()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc(
            "Fails", Task (context) => throw new FormatException("on purpose"))));

        var ended = await app.RunToEndAsync("Fails");

        Assert.Equal("on purpose", ended.SerializedOutput);
        Assert.Equal(typeof(FormatException).FullName, ended.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Entities_OfARegistry_AnswerCallsAndKeepTheirState()
    {
        var counter = new EntityInstanceId("counter", "one");
        await using var app = await PlainApp.StartAsync(
            worker => worker.Configure(options => options.EnableEntitySupport = true).AddTasks(tasks => tasks
                .AddEntity<CounterEntity>("Counter")
                .AddOrchestratorFunc<int, int>("Counts", async (context, amount) =>
                {
                    await context.Entities.SignalEntityAsync(counter, "add", amount);
                    return await context.Entities.CallEntityAsync<int>(counter, "get");
                })),
            services => services.Configure<DurableTaskClientOptions>(options => options.EnableEntitySupport = true));

        Assert.Equal(5, (await app.RunToEndAsync("Counts", 5)).ReadOutputAs<int>());
        Assert.Equal(8, (await app.RunToEndAsync("Counts", 3)).ReadOutputAs<int>());
        Assert.Equal(8, (await app.Client.Entities.GetEntityAsync<int>(counter))!.State);
    }

    [Fact]
    public void Registry_Entities_AreAddedInEveryWayAndMadeByTheFactory()
    {
        var single = new CounterEntity();
        var registry = new DurableTaskRegistry()
            .AddEntity<CounterEntity>()
            .AddEntity<CounterEntity>("generic")
            .AddEntity("single", single)
            .AddEntity("factory", _ => single);
#pragma warning disable CA2263 // This is the way that is to be shown.
        registry.AddEntity("type", typeof(CounterEntity));
#pragma warning restore CA2263

        Assert.Equal(
            ["CounterEntity", "factory", "generic", "single", "type"], registry.GetEntities().Select(entity => entity.Key.Name).Order(StringComparer.Ordinal));
        var factory = new RegisteredTaskFactory(registry);
        using var services = new ServiceCollection().BuildServiceProvider();
        Assert.True(factory.TryCreateEntity("Single", services, out var found));
        Assert.Same(single, found);
        Assert.False(factory.TryCreateEntity("none", services, out _));
        Assert.Throws<ArgumentException>(() => { registry.AddEntity("SINGLE", single); });
        Assert.Throws<ArgumentException>(() => { registry.AddEntity(typeof(string)); });
    }

    [Fact]
    public async Task Client_StartOfAnIdThatRuns_Throws_AndOfOneThatEnded_Replaces()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<string>(
            "Waits", context => context.WaitForExternalEvent<string>("go"))));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("one"));

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("one")));

        await app.Client.RaiseEventAsync("one", "go", "first");
        Assert.Equal("first", (await app.EndOfAsync("one")).ReadOutputAs<string>());
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("one"));
        await app.Client.RaiseEventAsync("one", "go", "second");
        Assert.Equal("second", (await app.EndOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Client_Id_MayBeAnythingButAnEntitys()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<string>("Id", context => context.InstanceId)));

        var ended = await app.RunToEndAsync("Id", options: new StartOrchestrationOptions("a/b#c?\\d"));

        Assert.Equal("a/b#c?\\d", ended.ReadOutputAs<string>());
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync("Id", new StartOrchestrationOptions("@a@b")));
    }

    [Fact]
    public async Task Client_RecursiveTerminateAndPurge_ReachSubOrchestrations()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<int>("Nest", (context, depth) => depth == 0
            ? context.WaitForExternalEvent<string>("never")
            : context.CallSubOrchestratorAsync("Nest", depth - 1, new SubOrchestrationOptions { InstanceId = $"nest-{depth - 1}" }))));
        foreach (var recursive in new[] { false, true })
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("Nest", 2, new StartOrchestrationOptions("nest-2"));
            await app.SettleAsync();

            await app.Client.TerminateInstanceAsync("nest-2", new TerminateInstanceOptions("enough", recursive));
            await app.SettleAsync();

            var leaf = await app.Client.GetInstanceAsync("nest-0");
            Assert.Equal(recursive ? OrchestrationRuntimeStatus.Terminated : OrchestrationRuntimeStatus.Running, leaf!.RuntimeStatus);
        }

        Assert.Equal(3, (await app.Client.PurgeInstanceAsync("nest-2", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Null(await app.Client.GetInstanceAsync("nest-0"));
    }

    [Fact]
    public async Task PurgeInstance_ThatRuns_PurgesNothing()
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc(
            "Waits", context => context.WaitForExternalEvent<string>("go"))));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits");

        Assert.Equal(0, (await app.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.NotNull(await app.Client.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Named_WorkersAndClients_ShareTheHubOfTheirName()
    {
        await using var app = await PlainApp.StartAsync(services =>
        {
            foreach (var name in new[] { "left", "right" })
            {
                services.AddDurableTaskWorker(name, worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc("Who", _ => name)));
                services.AddDurableTaskClient(name, _ => { });
            }
        });
        var provider = app.Services.GetRequiredService<IDurableTaskClientProvider>();

        foreach (var name in new[] { "left", "right" })
        {
            var client = provider.GetClient(name);
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Who", new StartOrchestrationOptions("same-id"));
            var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
            Assert.Equal((name, name), (client.Name, ended.ReadOutputAs<string>()));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => provider.GetClient("middle"));
        Assert.Null(app.Services.GetService<DurableTaskClient>());
    }

    [Fact]
    public async Task FileStore_IsTakenUpByTheNextProcess()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?> { ["LocalRuntime:DurableStore"] = "file", ["LocalRuntime:StateFolder"] = folder.Path };
        void Configure(IServiceCollection services)
        {
            services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks.AddOrchestratorFunc<string>(
                "Waits", context => context.WaitForExternalEvent<string>("go"))));
            services.AddDurableTaskClient();
        }

        await using (var first = await PlainApp.StartAsync(Configure, settings))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("kept"));
            await first.SettleAsync();
        }

        await using var second = await PlainApp.StartAsync(Configure, settings);
        await second.Client.RaiseEventAsync("kept", "go", "on");
        Assert.Equal("on", (await second.EndOfAsync("kept")).ReadOutputAs<string>());
    }

    public sealed class Factor
    {
        public int Value { get; } = 2;
    }

    public sealed class Doubler(Factor factor) : TaskActivity<int, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, int input) => Task.FromResult(input * factor.Value);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("plain-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
