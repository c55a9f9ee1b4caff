using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Hosting;

/// <summary>Checks the app's tasks once all of them have been added, before anything runs.</summary>
internal sealed class SetupCheck(TaskRegistry registry, TaskQueues queues) : IHostedService
{
    /// <exception cref="CelerityException">Something is set up wrongly; the app does not start.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Check(queues);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
