using Celerity.LocalRuntime.Tests.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

/// <summary>Entities of workers without a function app.</summary>
public sealed class PlainEntityTests
{
    [Fact]
    public async Task Entity_Registered_TakesSignalsAndCallsWithServices()
    {
        await using var app = await StartAsync(entities: true);
        var id = new EntityInstanceId(nameof(ClassTaskSamples.Counter), "one");

        await app.Client.Entities.SignalEntityAsync(id, "Add", 4);
        await app.SettleAsync();
        var ended = await app.RunToEndAsync("Count");

        Assert.Equal(5, ended.ReadOutputAs<int>());
        Assert.Equal("5", (await app.Client.Entities.GetEntityAsync(id))!.State!.Value);
    }

    [Fact]
    public async Task EntitySupport_Off_ThrowsNotSupported()
    {
        await using var app = await StartAsync(entities: false);

        Assert.Throws<NotSupportedException>(() => app.Client.Entities);
        Assert.Equal(typeof(NotSupportedException).FullName, (await app.RunToEndAsync("Count")).FailureDetails!.ErrorType);
    }

    [Fact]
    public void AddEntity_EachForm_IsUnderItsName()
    {
        var registry = new DurableTaskRegistry()
            .AddEntity<ClassTaskSamples.Counter>()
            .AddEntity<ClassTaskSamples.Counter>("b")
            .AddEntity("c", new ClassTaskSamples.Counter())
            .AddEntity("d", _ => new ClassTaskSamples.Counter());

        Assert.Equal(["Counter", "b", "c", "d"], registry.GetEntities().Select(entity => entity.Key.Name));
        Assert.Throws<ArgumentException>(() => registry.AddEntity(new ClassTaskSamples.Counter()));
        Assert.Throws<ArgumentException>(() => registry.AddEntity("e", GetType()));
    }

    private static Task<PlainApp> StartAsync(bool entities) => PlainApp.StartAsync(services =>
    {
        services.AddDurableTaskWorker(worker => worker
            .Configure(options => options.EnableEntitySupport = entities)
            .AddTasks(tasks => tasks
                .AddEntity<ClassTaskSamples.Counter>()
                .AddOrchestratorFunc<int>("Count", context =>
                    context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(ClassTaskSamples.Counter), "one"), "add", 1))));
        services.AddDurableTaskClient(client => client.Configure(options => options.EnableEntitySupport = entities));
    });
}
