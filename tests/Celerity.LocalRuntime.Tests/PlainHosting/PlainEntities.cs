using Celerity.LocalRuntime.Tests.Orchestration;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

#pragma warning disable CA2263 // Each form is called.
namespace Celerity.LocalRuntime.Tests.PlainHosting;

/// <summary>Entities of workers and clients without a function app.</summary>
public sealed class PlainEntities
{
    private static readonly EntityInstanceId Counter = new(nameof(CounterEntity), "a");

    [Fact]
    public async Task Entity_Registered_IsCalledAndRead()
    {
        await using var app = await StartAsync(isEnabled: true);

        var ended = await app.RunToEndAsync("Use", Counter.ToString());

        Assert.Equal("3", ended.ReadOutputAs<string>());
        Assert.Equal(3, (await app.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task Entity_Unknown_FailsWithTheSdksErrorType()
    {
        await using var app = await StartAsync(isEnabled: true);

        var ended = await app.RunToEndAsync("Use", "@absent@x");

        Assert.Equal("EntityTaskNotFound: No entity task named 'absent' was found.", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Entities_NotEnabled_AreNotSupported()
    {
        await using var app = await StartAsync(isEnabled: false);

        var ended = await app.RunToEndAsync("Use", Counter.ToString());

        Assert.Equal("System.NotSupportedException", ended.FailureDetails!.ErrorType);
        Assert.StartsWith("Durable entities are disabled", ended.SerializedOutput, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => app.Client.Entities);
    }

    [Fact]
    public void Registry_EachForm_AddsUnderItsNameOnce()
    {
        var registry = new DurableTaskRegistry()
            .AddEntity<CounterEntity>()
            .AddEntity<CounterEntity>("b")
            .AddEntity("c", typeof(CounterEntity))
            .AddEntity("d", new CounterEntity())
            .AddEntity("e", _ => new CounterEntity());

        Assert.Equal(
            ["CounterEntity", "b", "c", "d", "e"], registry.GetEntities().Select(entity => entity.Key.Name).Order(StringComparer.Ordinal));
        Assert.All(registry.GetEntities(), entity => Assert.IsType<CounterEntity>(entity.Value(new ServiceCollection().BuildServiceProvider())));
        Assert.Throws<ArgumentException>(() => registry.AddEntity(typeof(CounterEntity)));
        Assert.Throws<ArgumentException>(() => registry.AddEntity(new CounterEntity()));
        Assert.Throws<ArgumentException>(() => registry.AddEntity("x", typeof(string)));
        Assert.Throws<ArgumentException>(() => registry.AddEntity(default, new CounterEntity()));
    }

    private static Task<PlainApp> StartAsync(bool isEnabled) => PlainApp.StartAsync(
        worker => worker
            .Configure(options => options.EnableEntitySupport = isEnabled)
            .AddTasks(tasks => tasks.AddEntity<CounterEntity>().AddOrchestratorFunc<string, string>("Use", async (context, text) =>
            {
                try
                {
                    return $"{await context.Entities.CallEntityAsync<int>(EntityInstanceId.FromString(text!), "add", 3)}";
                }
                catch (EntityOperationFailedException failed)
                {
                    return failed.FailureDetails.ToString();
                }
            })),
        services => services.Configure<DurableTaskClientOptions>(options => options.EnableEntitySupport = isEnabled));
}
