using System.Collections.Concurrent;
using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>What is worked out once per function: its definition, its parameters, its outputs.</summary>
internal sealed class FunctionPlan
{
    private FunctionPlan(FunctionDescriptor function, ILogger logger)
    {
        Function = function;
        Logger = logger;
        Outputs = FunctionOutputs.Of(function);
        Definition = new LocalFunctionDefinition(function, Outputs);
    }

    public FunctionDescriptor Function { get; }

    /// <summary>Gets the logger for what the host says of this function's runs.</summary>
    public ILogger Logger { get; }

    public LocalFunctionDefinition Definition { get; }

    public IReadOnlyList<ParameterInfo> Parameters => Function.Parameters;

    public IReadOnlyList<FunctionOutput> Outputs { get; }

    /// <summary>The plans that one invoker has made so far.</summary>
    internal sealed class Cache(ILoggerFactory loggers)
    {
        // Descriptors are compared as objects: hashing one by its values would go through reflection for each run.
        private readonly ConcurrentDictionary<FunctionDescriptor, FunctionPlan> _plans = new(ReferenceEqualityComparer.Instance);

        public FunctionPlan For(FunctionDescriptor function) =>
            _plans.GetOrAdd(function, described => new FunctionPlan(described, loggers.CreateLogger($"Function.{described.Name}")));
    }
}
