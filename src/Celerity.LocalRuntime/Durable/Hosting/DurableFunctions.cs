using System.Reflection;
using System.Text.Json;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The app's orchestrator, activity and entity functions as the engine calls them.</summary>
internal sealed class DurableFunctions(IFunctionInvoker invoker, DataConverter converter) : ITaskCode
{
    private readonly Dictionary<string, FunctionDescriptor> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FunctionDescriptor> _activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FunctionDescriptor> _entities = new(StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _orchestrators.Count == 0 && _activities.Count == 0 && _entities.Count == 0;

    public void Add(IReadOnlyList<FunctionDescriptor> functions)
    {
        foreach (var function in functions)
        {
            switch (function.TriggerAttribute)
            {
                case OrchestrationTriggerAttribute trigger:
                    _orchestrators.Add(trigger.Orchestration ?? function.Name, function);
                    break;
                case ActivityTriggerAttribute trigger:
                    _activities.Add(trigger.Activity ?? function.Name, function);
                    break;
                case EntityTriggerAttribute trigger:
                    _entities.Add(trigger.EntityName ?? function.Name, function);
                    break;
            }
        }
    }

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public bool HasEntity(string name) => _entities.ContainsKey(name);

    public Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken)
    {
        var function = _orchestrators[episode.Started.Name];
        var input = InputOf(function);
        return InvokeAsync(
            function,
            new InvocationRequest
            {
                TriggerValue = episode.Context,
                BindingData = BindingData(episode.Context.InstanceId),
                Bind = parameter => parameter.ParameterType.IsAssignableFrom(typeof(OrchestratorContext)) && parameter == function.Trigger
                    ? new ParameterValue(episode.Context)
                    : parameter == input ? new ParameterValue(episode.Context.ReadInput(parameter.ParameterType)) : null,
                RunBody = episode.RunAsync,
            },
            cancellationToken);
    }

    public async Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        var function = _activities[call.Name];
        var result = await InvokeAsync(
            function,
            new InvocationRequest
            {
                TriggerValue = call.Input,
                BindingData = BindingData(call.InstanceId),
                Bind = parameter => parameter == function.Trigger ? new ParameterValue(Read(call.Input, parameter.ParameterType, call.Name)) : null,
            },
            cancellationToken).ConfigureAwait(false);
        return converter.Serialize(result);
    }

    public Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken) => InvokeAsync(
        _entities[batch.Id.Name],
        new InvocationRequest
        {
            TriggerValue = batch.Id.ToString(),
            BindingData = BindingData(batch.Id.ToString()),
            Features = new Dictionary<Type, object> { [typeof(EntityBatch)] = batch },
        },
        cancellationToken);

    // A timeout says nothing about the code's result; the host runs such work again.
    private async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await invoker.InvokeAsync(function, request, cancellationToken).ConfigureAwait(false);
        }
        catch (FunctionTimeoutException exception)
        {
            throw new WorkAbandonedException(exception);
        }
    }

    private static Dictionary<string, object?> BindingData(string instanceId) =>
        new(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = instanceId };

    /// <summary>The parameter after the context that nothing else binds, if there is one.</summary>
    private static ParameterInfo? InputOf(FunctionDescriptor function) => function.Method.GetParameters().FirstOrDefault(parameter =>
        parameter != function.Trigger
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && parameter.GetCustomAttribute<BindingAttribute>() is null
        && !string.Equals(parameter.Name, "instanceId", StringComparison.OrdinalIgnoreCase));

    private object? Read(string? input, Type type, string activity)
    {
        try
        {
            return input is null
                ? type.IsValueType ? Activator.CreateInstance(type) : null
                : converter.Deserialize(input, type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException)
        {
            throw new InvalidOperationException($"The input of activity '{activity}' cannot be read as {type}: {exception.Message}", exception);
        }
    }
}
