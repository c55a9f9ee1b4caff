using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>Runs the tasks of one worker on the local engine.</summary>
internal sealed class LocalDurableTaskWorker : DurableTaskWorker
{
    private LocalDurableTaskWorker(string name, RegisteredTaskFactory factory, OrchestrationEngine engine)
        : base(name, factory)
    {
        Engine = engine;
    }

    public OrchestrationEngine Engine { get; }

    public static IHostedService Create(IServiceProvider services, string name)
    {
        // A function app runs what was added without a name as functions.
        if (name.Length == 0 && services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(DurableListener)))
        {
            return new FunctionAppWorker();
        }

        var tasks = new RegisteredTaskFactory(Named<DurableTaskRegistry>(services, name));
        var options = Named<DurableTaskWorkerOptions>(services, name);
        var code = new RegisteredTasks(
            tasks.Registry,
            services,
            options,
            Named<DurableTaskWorkerWorkItemFilters>(services, name) is { TakeAll: false } filters ? filters : null,
            services.GetService<IExceptionPropertiesProvider>());
        var engine = new OrchestrationEngine(
            services.GetRequiredService<TaskHubs>().Get(name),
            code,
            new EngineOptions
            {
                MaxConcurrentActivities = options.Concurrency.MaximumConcurrentActivityWorkItems,
                MaxConcurrentOrchestrators = options.Concurrency.MaximumConcurrentOrchestrationWorkItems,
                MaxConcurrentEntities = options.Concurrency.MaximumConcurrentEntityWorkItems,
            },
            services.GetRequiredService<ILoggerFactory>());
        return new LocalDurableTaskWorker(name, tasks, engine);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Engine.Start();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Engine.StopAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        Engine.Dispose();
        base.Dispose();
    }

    // The engine has loops of its own.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;

    /// <summary>Stands where the worker would.</summary>
    private sealed class FunctionAppWorker : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static T Named<T>(IServiceProvider services, string name)
        where T : class => services.GetRequiredService<IOptionsMonitor<T>>().Get(name);
}
