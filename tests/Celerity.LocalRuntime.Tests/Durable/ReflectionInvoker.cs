using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Calls static functions with what the request binds; no scope, no middleware.</summary>
internal sealed class ReflectionInvoker : IFunctionInvoker
{
    public Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        Func<Task<object?>> body = async () =>
        {
            object?[] arguments = [.. function.Method.GetParameters().Select(parameter => Value(parameter, request))];
            var returned = function.Method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            if (returned is not Task task)
            {
                return returned;
            }

            await task;
            return task.GetType().GetProperty("Result")?.GetValue(task) is { } result && result.GetType().Name != "VoidTaskResult" ? result : null;
        };
        return request.RunBody is { } run ? run(body) : body();
    }

    private static object? Value(ParameterInfo parameter, InvocationRequest request) =>
        request.Bind?.Invoke(parameter) is { } bound ? bound.Value : request.BindingData.GetValueOrDefault(parameter.Name!);
}
