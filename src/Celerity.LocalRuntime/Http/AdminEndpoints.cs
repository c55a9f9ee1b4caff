using System.Text.Json;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Timers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Http;

/// <summary>The host's own endpoints: its status, and running any function by hand.</summary>
internal sealed partial class AdminEndpoints(
    FunctionCatalog catalog, IFunctionInvoker invoker, FunctionEndpoints functions, HostState state, TriggerListeners listeners, RunningInvocations running,
    FunctionKeys keys, ILogger<AdminEndpoints> logger)
    : IEndpointSource
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var admin = keys.MapAdmin(endpoints);
        admin.MapGet("host/status", ResultHandler.Of(_ => Results.Json(new { state = state.Current.ToString(), version = "4.0", processUptime = state.UptimeMs })));
        admin.MapMethods("host/ping", ["GET", "POST"], ResultHandler.Of(_ => Results.Ok()));
        admin.MapPost("host/drain", ResultHandler.OfAsync(_ => AcceptDrainAsync()));
        admin.MapGet("host/drain/status", ResultHandler.Of(_ => Results.Json(DescribeDrain())));
        admin.MapPost("host/resume", ResultHandler.OfAsync(_ => ResumeAsync()));
        admin.MapPost("host/restart", ResultHandler.Of(_ => AcceptRestart()));
        admin.MapMethods("warmup", ["GET", "POST"], ResultHandler.Of(_ => Results.Ok()));
        admin.MapGet("functions", ResultHandler.Of(_ => Results.Json(catalog.All.Select(Describe))));
        admin.MapGet("functions/{name}", ResultHandler.Of(context => catalog.Find(context.Name()) is { } function ? Results.Json(Describe(function)) : Results.NotFound()));
        admin.MapPost("functions/{name}", ResultHandler.OfAsync(context => AcceptRunAsync(context.Name(), context.Request)));
    }

    private async Task<IResult> AcceptDrainAsync()
    {
        await listeners.DrainAsync().ConfigureAwait(false);
        return Results.Accepted();
    }

    private async Task<IResult> ResumeAsync()
    {
        await listeners.ResumeAsync().ConfigureAwait(false);
        return Results.Json(new { state = state.Current.ToString() });
    }

    // Accepted now; the listeners start again when what runs has ended.
    private IResult AcceptRestart()
    {
        _ = RestartAsync();
        return Results.Ok();
    }

    private async Task RestartAsync()
    {
        try
        {
            await listeners.DrainAsync().ConfigureAwait(false);
            await listeners.ResumeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogRestartFailed(logger, exception);
        }
    }

    private object DescribeDrain() =>
        new { state = listeners.State.ToString(), outstandingRetries = 0, outstandingInvocations = running.Count };

    private async Task<IResult> AcceptRunAsync(string name, HttpRequest request)
    {
        if (catalog.Find(name) is not { } function || function.TriggerAttribute is HttpTriggerAttribute)
        {
            return Results.NotFound();
        }

        string? input;
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted).ConfigureAwait(false);
            input = body.RootElement.TryGetProperty("input", out var given) ? given.ToString() : string.Empty;
        }
        catch (JsonException)
        {
            return Results.BadRequest();
        }

        // Accepted now, run in its own time: the invoker logs how it ended.
        var value = function.TriggerAttribute is TimerTriggerAttribute ? TimerRunner.ValueOf(status: null, isPastDue: false) : input;
        _ = RunAsync(function, new InvocationRequest { TriggerValue = value });
        return Results.Accepted();
    }

    private async Task RunAsync(FunctionDescriptor function, InvocationRequest request)
    {
        try
        {
            await invoker.InvokeAsync(function, request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogManualRunFailed(logger, function.Name, exception.Message);
        }
    }

    private object Describe(FunctionDescriptor function) => new
    {
        name = function.Name,
        trigger = BindingTypeName.Of(function.TriggerAttribute),
        entryPoint = FunctionDiscovery.Display(function.Method),
        isDisabled = !catalog.Enabled.Contains(function),
        route = functions.Routes().FirstOrDefault(route => route.Function == function).Pattern,
    };

    [LoggerMessage(9102, LogLevel.Error, "The listeners did not start again")]
    private static partial void LogRestartFailed(ILogger logger, Exception exception);

    [LoggerMessage(9101, LogLevel.Warning, "The run of {Function} by hand failed: {Reason}")]
    private static partial void LogManualRunFailed(ILogger logger, string function, string reason);
}
