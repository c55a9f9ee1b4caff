using System.Collections.Concurrent;
using System.Reflection;
using Celerity.LocalRuntime.Discovery;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>What is worked out once per function: its definition, its parameters, its outputs.</summary>
internal sealed class FunctionPlan
{
    private FunctionPlan(FunctionDescriptor function)
    {
        Function = function;
        Parameters = function.Method.GetParameters();
        Outputs = FunctionOutputs.Of(function);
        Definition = new LocalFunctionDefinition(function, Parameters, Outputs);
    }

    public FunctionDescriptor Function { get; }

    public LocalFunctionDefinition Definition { get; }

    public IReadOnlyList<ParameterInfo> Parameters { get; }

    public IReadOnlyList<FunctionOutput> Outputs { get; }

    /// <summary>The plans that one invoker has made so far.</summary>
    internal sealed class Cache
    {
        private readonly ConcurrentDictionary<FunctionDescriptor, FunctionPlan> _plans = new();

        public FunctionPlan For(FunctionDescriptor function) => _plans.GetOrAdd(function, described => new FunctionPlan(described));
    }
}
