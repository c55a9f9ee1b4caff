using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

public sealed class BuilderTests
{
    private readonly ServiceCollection _services = [];

    [Fact]
    public void AddDurableTaskWorker_OfTheSameName_IsAddedOnce()
    {
        var first = _services.AddDurableTaskWorker("a");

        Assert.Same(first, _services.AddDurableTaskWorker("a"));
        Assert.NotSame(first, _services.AddDurableTaskWorker());
        Assert.Equal(2, _services.Count(service => service.ServiceType == typeof(IHostedService)));
    }

    [Fact]
    public async Task UseBuildTarget_OwnWorker_IsMadeWithItsNameTasksAndOptions()
    {
        _services.AddDurableTaskWorker("a", worker => worker
            .UseBuildTarget<OwnWorker, OwnWorkerOptions>()
            .AddTasks(tasks => tasks.AddActivityFunc("A", _ => { }))
            .Configure(options => options.MaximumTimerInterval = TimeSpan.FromHours(1))
            .UseVersioning(new DurableTaskWorkerOptions.VersioningOptions { Version = "7" }));
        await using var provider = _services.BuildServiceProvider();

        var worker = Assert.IsType<OwnWorker>(Assert.Single(provider.GetServices<IHostedService>()));

        Assert.Equal(("a", true, false, TimeSpan.FromHours(1), "7"), (worker.GivenName, worker.Has("a"), worker.Has("b"), worker.Interval, worker.Version));
    }

    [Fact]
    public void Build_WithoutOrWithUnfitTarget_Throws()
    {
        var provider = _services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => new DefaultDurableTaskWorkerBuilder(null, _services).Build(provider));
        Assert.Throws<InvalidOperationException>(() => new DefaultDurableTaskClientBuilder(null, _services).Build(provider));
        Assert.Throws<ArgumentException>(() => new DefaultDurableTaskWorkerBuilder("a", _services).BuildTarget = typeof(string));
        Assert.Throws<ArgumentException>(() => new DefaultDurableTaskClientBuilder("a", _services).BuildTarget = typeof(DurableTaskClient));
    }

    [Fact]
    public async Task AddDurableTaskClient_Unnamed_IsAServiceAndNamedOnesWhenRegistered()
    {
        _services.AddDurableTaskClient();
        _services.AddDurableTaskClient("b").RegisterDirectly();
        await using var provider = _services.BuildServiceProvider();

        Assert.Equal(["", "b"], provider.GetServices<DurableTaskClient>().Select(client => client.Name).Order());
        Assert.Same(provider.GetRequiredService<IDurableTaskClientProvider>().GetClient("b"), provider.GetRequiredService<DurableTaskClient>());
    }

    [Fact]
    public async Task ClientOptions_AreThoseOfTheName()
    {
        _services.AddDurableTaskClient().Configure(options => options.EnableEntitySupport = true).UseDefaultVersion("5");
        await using var provider = _services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<DurableTaskClientOptions>>().Get(Options.DefaultName);

        Assert.Equal((true, "5"), (options.EnableEntitySupport, options.DefaultVersion));
    }

    [Fact]
    public async Task UseWorkItemFilters_AreOptionsOfTheName()
    {
        _services.AddDurableTaskWorker("a", worker => worker.UseWorkItemFilters()
            .UseVersioning(new DurableTaskWorkerOptions.VersioningOptions { Version = "7", MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.Strict })
            .AddTasks(tasks => tasks.AddActivityFunc("A", _ => { }).AddOrchestratorFunc("O", _ => { })));
        _services.AddDurableTaskWorker("b", worker => worker.UseWorkItemFilters().UseWorkItemFilters(null).AddTasks(tasks => tasks.AddActivityFunc("A", _ => { })));
        await using var provider = _services.BuildServiceProvider();
        var filters = provider.GetRequiredService<IOptionsMonitor<DurableTaskWorkerWorkItemFilters>>();

        Assert.Equal(("A", "7"), (Assert.Single(filters.Get("a").Activities).Name, Assert.Single(filters.Get("a").Activities[0].Versions)));
        Assert.Equal("O", Assert.Single(filters.Get("a").Orchestrations).Name);
        Assert.Empty(filters.Get("b").Activities);
    }

    private sealed class OwnWorkerOptions : DurableTaskWorkerOptions;

    private sealed class OwnWorker(string name, IDurableTaskFactory factory, IServiceProvider services, IOptionsMonitor<OwnWorkerOptions> options)
        : DurableTaskWorker(name, factory)
    {
        public string GivenName => Name;

        public TimeSpan Interval => options.Get(Name).MaximumTimerInterval;

        public string? Version => options.Get(Name).Versioning?.Version;

        public bool Has(TaskName task) => Factory.TryCreateActivity(task, services, out _);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
