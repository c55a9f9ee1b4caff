using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.DurableTask.Worker;

/// <summary>Puts a worker together.</summary>
public interface IDurableTaskWorkerBuilder
{
    string Name { get; }

    IServiceCollection Services { get; }

    /// <summary>Gets or sets the worker's class; without one, it is the worker of the local runtime.</summary>
    Type? BuildTarget { get; set; }

    IHostedService Build(IServiceProvider serviceProvider);
}
