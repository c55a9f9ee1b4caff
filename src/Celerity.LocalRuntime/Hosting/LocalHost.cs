using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Invocation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>Starts and stops the runtime around the app's own hosted services: after they have started, before they stop.</summary>
internal sealed partial class LocalHost(
    FunctionCatalog catalog,
    FunctionEndpoints endpoints,
    HttpServer http,
    TriggerListeners listeners,
    RunningInvocations running,
    HostState state,
    IOptions<LocalRuntimeOptions> options,
    TimeProvider time,
    ILogger<LocalHost> logger) : IHostedLifecycleService
{
    // What the platform gives a worker between asking it to end and killing it.
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(5);

    public static TimeSpan ShutdownTimeoutFor(LocalRuntimeOptions options) => options.DrainTimeout + (2 * CancellationGrace);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartPartsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            // What the parts say of settings they cannot use.
            throw new LocalStartException(exception.Message, exception);
        }
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        await http.StartAsync(cancellationToken).ConfigureAwait(false);
        await listeners.StartAsync(cancellationToken).ConfigureAwait(false);
        state.Current = HostPhase.Running;
        Announce();
        if (options.Value.AddressFile is { Length: > 0 } file)
        {
            StateFolder.WriteWhole(Path.GetFullPath(file), http.Address!);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (state.Current != HostPhase.Running)
        {
            return;
        }

        state.Current = HostPhase.Stopping;
        var drain = options.Value.DrainTimeout;
        LogStopping(logger, running.Count, drain);
        using var drained = new CancellationTokenSource(drain, time);
        await Task.WhenAll(listeners.StopAsync(drained.Token), StopHttpAsync(drained.Token)).ConfigureAwait(false);
        if (!await IsIdleWithinAsync(drained.Token).ConfigureAwait(false))
        {
            LogCancelling(logger, running.Count, drain);
            await running.CancelAllAsync().ConfigureAwait(false);
            using var grace = new CancellationTokenSource(CancellationGrace, time);
            await IsIdleWithinAsync(grace.Token).ConfigureAwait(false);
        }

        if (options.Value.AddressFile is { Length: > 0 } file)
        {
            File.Delete(Path.GetFullPath(file));
        }

        state.Current = HostPhase.Stopped;
        LogStopped(logger, running.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StopHttpAsync(CancellationToken drained)
    {
        try
        {
            await http.StopAsync(drained).WaitAsync(drained).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (drained.IsCancellationRequested)
        {
            // The drain's time is over; what still runs is cancelled next.
        }
        catch (Exception exception)
        {
            LogStopFailed(logger, exception);
        }
    }

    private async Task<bool> IsIdleWithinAsync(CancellationToken cancellationToken)
    {
        try
        {
            await running.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Announce()
    {
        var routes = endpoints.Routes().ToDictionary(route => route.Function, route => $" {http.Address}/{route.Pattern}");
        foreach (var function in catalog.All)
        {
            var note = catalog.Enabled.Contains(function) ? routes.GetValueOrDefault(function, string.Empty) : " (disabled)";
            LogFunction(logger, function.Name, BindingTypeName.Of(function.TriggerAttribute), note);
        }

        LogRunning(logger, catalog.Enabled.Count, http.Address!);
    }
}
