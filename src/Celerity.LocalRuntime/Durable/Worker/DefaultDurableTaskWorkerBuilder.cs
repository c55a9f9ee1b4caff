using Celerity.LocalRuntime.Durable.PlainHosting;
using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Puts a worker together from what its name was configured with.</summary>
public class DefaultDurableTaskWorkerBuilder : IDurableTaskWorkerBuilder
{
    private Type? _buildTarget;

    public DefaultDurableTaskWorkerBuilder(string? name, IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Name = name ?? Options.DefaultName;
        Services = services;
    }

    public string Name { get; }

    public IServiceCollection Services { get; }

    public Type? BuildTarget
    {
        get => _buildTarget;
        set => _buildTarget = value is null || value is { IsAbstract: false } && value.IsAssignableTo(typeof(DurableTaskWorker))
            ? value
            : throw new ArgumentException($"{value} is no class that can be made and is a {nameof(DurableTaskWorker)}.", nameof(value));
    }

    public IHostedService Build(IServiceProvider serviceProvider)
    {
        ArgumentNullException.ThrowIfNull(serviceProvider);
        if (BuildTarget is null)
        {
            throw new InvalidOperationException($"The worker '{Name}' has no {nameof(BuildTarget)}.");
        }

        var tasks = new RegisteredTaskFactory(serviceProvider.GetRequiredService<IOptionsMonitor<DurableTaskRegistry>>().Get(Name));
        var worker = (DurableTaskWorker)ActivatorUtilities.CreateInstance(serviceProvider, BuildTarget, Name, tasks);
        worker.ExceptionPropertiesProvider = serviceProvider.GetService<IExceptionPropertiesProvider>();
        return worker;
    }
}
