using Celerity.Functions.Hosting;
using Celerity.LocalRuntime.Discovery;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using FunctionApp.Geocoding;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary>What can be known to be wrong only once everything is set up keeps the app from starting.</summary>
public sealed class SetupCheckTests
{
    [Theory]
    [InlineData("Celerity:Tasks:airports.geocod:MaxAttempts", "3", "CEL0201: Celerity:Tasks:airports.geocod sets a task that this app does not know. It knows airports.elevation, airports.geocode.")]
    [InlineData("Celerity:Tasks:airports.geocode:Queue", "invoices", "CEL0231: The task 'airports.geocode' has the queue 'invoices'.")]
    [InlineData("Celerity:Circuits:geocoder:Probes", "3", "CEL0260: Celerity:Circuits:geocoder sets a circuit that neither a task nor a stage names.")]
    public async Task Start_WrongTaskSetting_IsRefused(string setting, string value, string message)
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => StartAsync([], (setting, value)));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BatchThatCanNeverFill_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => StartAsync(
            [typeof(ManyHandler)],
            ("AzureFunctionsJobHost:extensions:queues:batchSize", "8"),
            ("AzureFunctionsJobHost:extensions:queues:newBatchThreshold", "2"),
            ("Celerity:Tasks:test.many:BatchSize", "7871")));

        Assert.StartsWith(
            "CEL0218: The task 'test.many' has a batch size of 7871, but no more than 7870 of it can be in flight in a process: host.json lets 10 messages of a "
            + "queue run at once (extensions.queues: batchSize 8 + newBatchThreshold 2), and a message brings 787 at most. "
            + "Lower Celerity:Tasks:test.many:BatchSize or raise newBatchThreshold.",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TransformThatCannotWriteSo_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => StartAsync([], configure: celerity => celerity.AddStage<NestedTransform>()));

        Assert.StartsWith("CEL0330: NestedTransform writes ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InFlight_UnsaidInHostJson_IsAsOnTheHost()
    {
        var limit = InFlightLimit.Read(Path.GetTempPath(), new ConfigurationBuilder().Build());

        Assert.Equal(new InFlightLimit(16, 8 * Environment.ProcessorCount), limit);
    }

    [Fact]
    public void Pack_HoldsAsManyAsIsSaid()
    {
        var template = new PackTemplate(TaskSettings.Of(typeof(Many)), new TaskEnvelope { Id = "", Task = "test.many" }, "celerity-default", dueAt: null);
        using var pack = new Pack();
        pack.Begin(template, DateTimeOffset.UnixEpoch, shard: 0);
        var count = 0;
        while (pack.TryAdd(template, new Many(), typeof(Many)) is not null)
        {
            count++;
        }

        Assert.Equal(Pack.MostTasks("test.many"), count);
    }

    private static Task StartAsync(IReadOnlyList<Type> handlers, params (string Key, string Value)[] settings) => StartAsync(handlers, _ => { }, settings);

    private static async Task StartAsync(IReadOnlyList<Type> handlers, Action<CelerityBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:queues:messageEncoding", "none"),
            new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton(new FunctionSource([]));
        configure(builder.AddCelerity(typeof(GeocodeAirport).Assembly));
        foreach (var handler in handlers)
        {
            builder.Services.AddCelerityHandler(handler);
        }

        using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Nested(int[] Numbers);

    private sealed class NestedTransform : ITransform<Nested>
    {
        public DatasetFormat Format => DatasetFormat.Csv;

        public ValueTask ProcessAsync(RecordReader records, RecordWriter<Nested> output, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    [CelerityTask("test.many")]
    private sealed record Many;

    private sealed class ManyHandler : IBatchHandler<Many>
    {
        public ValueTask<IReadOnlyList<TaskOutcome>> HandleAsync(IReadOnlyList<BatchItem<Many>> items, CancellationToken cancellationToken) => new([]);
    }
}
