using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Runs the app's orchestrators, activities and entities while the host runs.</summary>
internal sealed class DurableListener(OrchestrationHub hub, DurableFunctions code, DurableSettings settings, ILoggerFactory loggerFactory, WorkGauge? gauge = null)
    : ITriggerListener, IDisposable
{
    /// <summary>Gets the engine, once the host has started and if the app has durable functions.</summary>
    public OrchestrationEngine? Engine { get; private set; }

    public Task StartAsync(IReadOnlyList<FunctionDescriptor> functions, CancellationToken cancellationToken)
    {
        if (Engine is null)
        {
            code.Add(functions);
        }

        // After a drain: an engine that has stopped does not start again.
        Engine?.Dispose();
        if (!code.IsEmpty)
        {
            Engine = new OrchestrationEngine(hub, code, settings.Engine, loggerFactory, gauge);
            Engine.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => Engine?.Dispose();
}
