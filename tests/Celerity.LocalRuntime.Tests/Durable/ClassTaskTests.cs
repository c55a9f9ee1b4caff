using System.Collections.Concurrent;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Tasks that are classes, in a function app.</summary>
public sealed class ClassTaskTests
{
    private readonly ConcurrentQueue<string> _invocations = new();
    private readonly ConcurrentQueue<string> _triggers = new();

    [Fact]
    public async Task Class_OrchestratorAndActivity_RunUnderTheirNamesWithServices()
    {
        await using var app = await StartAsync();
        var client = app.Orchestrations.Client;

        var id = await client.ScheduleNewOrchestrationInstanceAsync("welcome", new[] { "Ada", "Bob" }, new StartOrchestrationOptions("w-1"));
        var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

        Assert.Equal(["Hello Ada (greet, w-1, '')", "Hello Bob (greet, w-1, '')"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Class_PassesThroughMiddlewareAsAFunctionOfItsName()
    {
        await using var app = await StartAsync();

        await RunAsync<string[]>(app, "Welcome", new[] { "Ada" });

        Assert.Equal(["Welcome", "Greet", "Welcome"], _invocations);
        Assert.Equal(["orchestrationTrigger", "activityTrigger", "orchestrationTrigger"], _triggers);
    }

    [Fact]
    public async Task Class_OfAVersion_RunsForThatVersionAndTheOneWithoutForAllOthers()
    {
        await using var app = await StartAsync();

        var prices = await RunAsync<int[]>(app, "Prices");

        Assert.Equal([10, 20, 10, 0], prices!);
    }

    [Fact]
    public async Task Class_OverTheInterfaceAlone_GetsTheInputThatItAsksFor()
    {
        await using var app = await StartAsync(builder => builder.Services.Configure<DurableTaskRegistry>(registry =>
            registry.AddOrchestratorFunc<string, int>("Measure", (context, text) => context.CallActivityAsync<int>("Length", text))));

        Assert.Equal(5, await RunAsync<int>(app, "Measure", "abcde"));
    }

    [Fact]
    public async Task Class_WhoseServiceIsMissing_FailsTheCall()
    {
        await using var app = await StartAsync(builder => builder.Services.Configure<DurableTaskRegistry>(registry =>
            registry.AddOrchestratorFunc("Broken", async context => await context.CallActivityAsync("NeedsWhatIsNotThere"))));
        var client = app.Orchestrations.Client;

        var id = await client.ScheduleNewOrchestrationInstanceAsync("Broken");
        var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(typeof(InvalidOperationException).FullName, ended.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task Class_DisabledBySetting_IsUnknown()
    {
        await using var app = await StartAsync(builder => builder.Configuration.AddInMemoryCollection([new("AzureWebJobs.Greet.Disabled", "true")]));
        var client = app.Orchestrations.Client;

        var id = await client.ScheduleNewOrchestrationInstanceAsync("Welcome", new[] { "Ada" });
        var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

        Assert.Contains("The function 'greet' doesn't exist, is disabled", ended.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_Entity_RunsUnderItsNameWithServicesThroughMiddleware()
    {
        await using var app = await StartAsync();

        Assert.Equal(2, await RunAsync<int>(app, "Tallies"));
        Assert.Contains("Tally", _invocations);
    }

    [Fact]
    public async Task Class_OfTheNameOfAFunction_FailsTheStart()
    {
        await Assert.ThrowsAsync<LocalStartException>(() => StartAsync(builder => builder.Services.Configure<DurableTaskRegistry>(
            registry => registry.AddActivityFunc("Greet", _ => { }))));
    }

    [Fact]
    public async Task AddDurableTaskWorkerAndClient_InAFunctionApp_AreTheAppsOwn()
    {
        await using var app = await StartAsync(builder =>
        {
            builder.Services.AddDurableTaskWorker(worker => worker
                .Configure(options => options.MaximumTimerInterval = TimeSpan.FromMilliseconds(1))
                .AddTasks(tasks => tasks.AddOrchestratorFunc("Added", context => context.CreateTimer(TimeSpan.FromMilliseconds(3), CancellationToken.None))));
            builder.Services.AddDurableTaskClient();
        });
        var client = app.Services.GetRequiredService<DurableTaskClient>();

        var id = await client.ScheduleNewOrchestrationInstanceAsync("Added");
        await client.WaitForInstanceCompletionAsync(id);

        Assert.Same(app.Orchestrations.Client, client);
        Assert.Same(client, app.Services.GetRequiredService<IDurableTaskClientProvider>().GetClient());
        Assert.Same(client, app.Services.GetRequiredService<IDurableTaskClientProvider>().GetClient("TestHub"));
        Assert.Contains("Added", _invocations);
        Assert.InRange(app.Orchestrations.ReadHistoryKinds(id).Count(kind => kind == "TimerCreated"), 2, 3);
    }

    private static async Task<T?> RunAsync<T>(DurableApp app, string name, object? input = null)
    {
        var client = app.Orchestrations.Client;
        var id = await client.ScheduleNewOrchestrationInstanceAsync(name, input);
        var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        return ended.ReadOutputAs<T>();
    }

    private Task<DurableApp> StartAsync(Action<FunctionsApplicationBuilder>? configure = null) => DurableApp.StartAsync(typeof(object), builder =>
    {
        builder.Services.AddSingleton(new FunctionSource(typeof(ClassTaskSamples).GetNestedTypes()));
        builder.Services.AddSingleton<WorkerFunctions.Greeter>();
        builder.UseMiddleware((context, next) =>
        {
            _invocations.Enqueue(context.FunctionDefinition.Name);
            _triggers.Enqueue(context.FunctionDefinition.InputBindings.Values.Single().Type);
            return next();
        });
        configure?.Invoke(builder);
    });
}
