using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Makes the function's class, binds its parameters and calls it.</summary>
internal sealed class ReflectionFunctionExecutor(IFunctionActivator activator) : IFunctionExecutor
{
    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        var local = (LocalFunctionContext)context;
        local.Request.Prepare?.Invoke(context);
        var body = local.Request.Body is { } own ? () => own(context) : await BindAsync(local).ConfigureAwait(false);
        local.Result = await (local.Request.RunBody is { } wrap ? wrap(body) : body()).ConfigureAwait(false);
    }

    private async Task<Func<Task<object?>>> BindAsync(LocalFunctionContext context)
    {
        var method = context.Plan.Function.Method;
        var instance = method.IsStatic ? null : activator.CreateInstance(method.DeclaringType!, context);
        var binding = context.Features.Get<IFunctionInputBindingFeature>()!;
        var inputs = await binding.BindFunctionInputAsync(context).ConfigureAwait(false);
        return () => CallAsync(method, instance, inputs.Values);
    }

    // The awaits keep the caller's context: an orchestrator runs on its own.
#pragma warning disable CA2007
    private static async Task<object?> CallAsync(MethodInfo method, object? instance, object?[] arguments)
    {
        var returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
        switch (returned)
        {
            case Task task:
                await task;
                return method.ReturnType.IsGenericType ? ResultOf(task) : null;
            case ValueTask task:
                await task;
                return null;
            case not null when IsGenericValueTask(method.ReturnType):
                var asTask = (Task)method.ReturnType.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(returned, null)!;
                await asTask;
                return ResultOf(asTask);
            default:
                return returned;
        }
    }
#pragma warning restore CA2007

    private static object? ResultOf(Task task) => task.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(task);

    private static bool IsGenericValueTask(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);
}
