using Celerity.Circuits;
using Celerity.Schedules;
using Celerity.Stages;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Hosting;

/// <summary>Checks the app's tasks, stages and schedules once all of them have been added, before any service of the host starts.</summary>
internal sealed class SetupCheck(
    TaskRegistry registry, CircuitRegistry circuits, TaskQueues queues, ScheduleSetup schedules, StageRegistry stages, IConfiguration configuration) : IHostedLifecycleService
{
    /// <exception cref="CelerityException">Something is set up wrongly; the app does not start.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        registry.Check(queues);
        InFlightLimit.Read(AppContext.BaseDirectory, configuration).Check(registry.Tasks);
        circuits.Check(registry);
        schedules.Check();

        // To make it is to check it.
        _ = stages;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
