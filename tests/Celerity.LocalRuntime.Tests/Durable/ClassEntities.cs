using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Entities that are classes, or registered in code, in a function app.</summary>
public sealed class ClassEntities
{
    private readonly ConcurrentQueue<string> _invocations = new();

    [Fact]
    public async Task Class_RunsAsAFunctionOfItsNameWithServices()
    {
        await using var app = await StartAsync();

        Assert.Equal(6, await RunAsync<int>(app, "Use", "@tally@x"));

        Assert.Contains("Tally", _invocations);
    }

    [Fact]
    public async Task Registered_RunsUnderItsName()
    {
        await using var app = await StartAsync();

        Assert.Equal(5, await RunAsync<int>(app, "Use", "@other@x"));
    }

    private static async Task<T?> RunAsync<T>(DurableApp app, string name, object input)
    {
        var client = app.Orchestrations.Client;
        var id = await client.ScheduleNewOrchestrationInstanceAsync(name, input);
        return (await client.WaitForInstanceCompletionAsync(id, true)).ReadOutputAs<T>();
    }

    private Task<DurableApp> StartAsync() => DurableApp.StartAsync(typeof(TallyEntity), builder =>
    {
        builder.Services.AddSingleton<EntityFunctions.Bank>();
        builder.Services.Configure<DurableTaskRegistry>(registry => registry
            .AddEntity("Other", _ => new Orchestration.CounterEntity())
            .AddOrchestratorFunc<string, int>("Use", async (context, id) => await context.Entities.CallEntityAsync<int>(EntityInstanceId.FromString(id!), "add", 5)));
        builder.Use(next => async context =>
        {
            _invocations.Enqueue(context.FunctionDefinition.Name);
            await next(context);
        });
    });

    [DurableTask("Tally")]
    public sealed class TallyEntity(EntityFunctions.Bank bank) : TaskEntity<int>
    {
        public int Add(int amount) => State += amount + (int)bank.Bonus;
    }
}
