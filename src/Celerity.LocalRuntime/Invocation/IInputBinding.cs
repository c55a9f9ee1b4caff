using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Supplies parameters that carry an input binding attribute of its kind, such as <c>[DurableClient]</c>.</summary>
internal interface IInputBinding
{
    bool Binds(ParameterInfo parameter);

    ValueTask<object?> BindAsync(ParameterInfo parameter, FunctionContext context);
}
