using Celerity.Functions.Hosting;
using Celerity.History;
using Celerity.TestKit.Storage;
using Celerity.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

public sealed class HistoryServiceTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));

    [Fact]
    public async Task Stop_WritesWhatWasCountedWhileTheOthersStopped()
    {
        var storage = new InMemoryStorage(_time);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging().AddSingleton<TimeProvider>(_time).AddSingleton(storage).AddInMemoryCelerityStorage();
        builder.Services.AddSingleton<WorkerLoad>().AddSingleton(WorkerIdentity.Of(_time)).AddCelerityHistory().AddCelerityHistoryCounting();

        // Of services the last that was added is the first to stop.
        builder.Services.AddHostedService<Busy>();
        builder.Services.AddSingleton<StorageReadiness>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<StorageReadiness>());
        builder.Services.AddHostedService<HistoryService>();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<StorageReadiness>().Ready;

        await host.StopAsync(TestContext.Current.CancellationToken);

        var minute = Assert.Single(await new HistoryStore(storage.Tables, host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HistoryOptions>>())
            .ReadAsync(_time.GetUtcNow(), _time.GetUtcNow().AddMinutes(1), HistoryStep.Minute, CancellationToken.None));
        Assert.Equal(("table get", 1), (Assert.Single(minute.Tally.Requests).Key, minute.Tally.Requests["table get"]));
    }

    // What still works while the app stops.
    private sealed class Busy(HistoryCounter counter) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            counter.CountRequest("table get");
            return Task.CompletedTask;
        }
    }
}
