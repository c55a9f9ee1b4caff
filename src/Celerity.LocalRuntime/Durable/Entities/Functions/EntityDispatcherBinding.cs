using System.Reflection;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Orchestration.Entities;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Durable.Entities;

/// <summary>Supplies <c>[EntityTrigger] TaskEntityDispatcher</c> parameters from the batch that the invocation is about.</summary>
internal sealed class EntityDispatcherBinding : IInputBinding
{
    public bool Binds(ParameterInfo parameter) => parameter.GetCustomAttribute<EntityTriggerAttribute>() is not null;

    public ValueTask<object?> BindAsync(ParameterInfo parameter, FunctionContext context)
    {
        var batch = context.Features.Get<EntityBatch>()
            ?? throw new InvalidOperationException($"The entity function '{context.FunctionDefinition.Name}' runs operations only; signal the entity instead.");
        return parameter.ParameterType == typeof(TaskEntityDispatcher)
            ? ValueTask.FromResult<object?>(new TaskEntityDispatcher(batch, context.InstanceServices))
            : throw new InvalidOperationException(
                $"[EntityTrigger] cannot bind to '{parameter.ParameterType}' of '{parameter.Name}'; declare a TaskEntityDispatcher.");
    }
}
