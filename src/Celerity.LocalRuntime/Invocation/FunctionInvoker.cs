using System.Diagnostics;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Runs one invocation from its scope to its outputs, under the host's timeout.</summary>
internal sealed partial class FunctionInvoker(
    FunctionExecutionDelegate pipeline,
    IServiceScopeFactory scopes,
    InputConversion conversion,
    IEnumerable<IOutputBinding> outputBindings,
    RunningInvocations running,
    HostConfiguration host,
    ILoggerFactory loggers,
    TimeProvider time,
    WorkGauge? gauge = null) : IFunctionInvoker
{
    private static readonly ActivitySource Source = new("Microsoft.Azure.Functions.Worker");

    private readonly FunctionPlan.Cache _plans = new(loggers);
    private readonly IOutputBinding[] _outputBindings = [.. outputBindings];

    public async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        var plan = _plans.For(function);
        var logger = plan.Logger;
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.CancelRequested);
        running.Enter();

        // An own activity even when nobody listens, so that whatever the function calls has a parent.
        using var activity = Start(function, request);
        var context = new LocalFunctionContext(plan, request, scopes, activity, cancel.Token);
        context.Features.Set<IFunctionInputBindingFeature>(new InputBinding(context, conversion));
        using var scope = logger.BeginScope(new InvocationLogScope(context.InvocationId, function.Name));
        var started = time.GetTimestamp();
        LogExecuting(logger, function.Name, context.InvocationId);
        try
        {
            var invocation = RunToEndAsync(context, cancel);
            if (host.FunctionTimeout is { } timeout && !invocation.IsCompleted)
            {
                await WaitAsync(invocation, function, timeout, cancel).ConfigureAwait(false);
            }

            var result = await invocation.ConfigureAwait(false);
            LogSucceeded(logger, function.Name, context.InvocationId, (long)time.GetElapsedTime(started).TotalMilliseconds);
            return result;
        }
        catch (Exception exception)
        {
            activity.SetStatus(ActivityStatusCode.Error, exception.Message);
            LogFailed(logger, exception, function.Name, context.InvocationId, (long)time.GetElapsedTime(started).TotalMilliseconds);
            throw;
        }
    }

    // Owns what must outlive a timeout: code that ignores its token goes on with its scope intact.
    private async Task<object?> RunToEndAsync(LocalFunctionContext context, CancellationTokenSource cancel)
    {
        try
        {
            await using (context.ConfigureAwait(false))
            {
                await pipeline(context).ConfigureAwait(false);
                return await WriteOutputsAsync(context).ConfigureAwait(false);
            }
        }
        finally
        {
            cancel.Dispose();
            running.Leave();
        }
    }

    private async Task WaitAsync(Task invocation, FunctionDescriptor function, TimeSpan timeout, CancellationTokenSource cancel)
    {
        using var won = new CancellationTokenSource();
        var delay = Task.Delay(timeout, time, won.Token);
        if (await Task.WhenAny(invocation, delay).ConfigureAwait(false) == invocation)
        {
            await won.CancelAsync().ConfigureAwait(false);
            return;
        }

        gauge?.Enter();
        try
        {
            await cancel.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same instant; the timeout was first.
        }
        finally
        {
            gauge?.Exit();
        }

        // Its late failure has nobody left to tell; the timeout is what is reported.
        _ = invocation.ContinueWith(static late => late.Exception, TaskScheduler.Default);
        throw new FunctionTimeoutException(function.Name, timeout);
    }

    private async Task<object?> WriteOutputsAsync(LocalFunctionContext context)
    {
        object? httpResponse = null;
        foreach (var output in context.Plan.Outputs)
        {
            var value = output.Property is null ? context.Result : context.OutputValues.GetValueOrDefault(output.Name);
            if (output.BindingType == FunctionOutputs.Http)
            {
                httpResponse = value;
            }
            else if (value is not null)
            {
                await BindingFor(output).WriteAsync(output.Attribute!, value, context, context.CancellationToken).ConfigureAwait(false);
            }
        }

        return context.Result ?? httpResponse;
    }

    private IOutputBinding BindingFor(FunctionOutput output) =>
        Array.Find(_outputBindings, binding => binding.Handles(output.Attribute!))
        ?? throw new NotSupportedException($"The local runtime has no output binding for {output.Attribute!.GetType().Name}.");

    private static Activity Start(FunctionDescriptor function, InvocationRequest request)
    {
        var name = $"function {function.Name}";
        var parent = ActivityContext.TryParse(request.TraceParent, traceState: null, out var parsed) ? parsed : default;
        if (Source.StartActivity(name, ActivityKind.Server, parent) is { } listened)
        {
            return listened;
        }

        var activity = new Activity(name).SetIdFormat(ActivityIdFormat.W3C);
        if (request.TraceParent is not null)
        {
            activity.SetParentId(request.TraceParent);
        }

        return activity.Start();
    }
}
