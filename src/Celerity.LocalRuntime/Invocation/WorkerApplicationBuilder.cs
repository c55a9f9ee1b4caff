using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Collects the app's middleware; the first added is the outermost.</summary>
internal sealed class WorkerApplicationBuilder(IServiceCollection services) : IFunctionsWorkerApplicationBuilder
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public IServiceCollection Services => services;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add(middleware);
        return this;
    }

    public FunctionExecutionDelegate BuildPipeline() =>
        Enumerable.Reverse(_middleware).Aggregate((FunctionExecutionDelegate)(_ => Task.CompletedTask), (next, middleware) => middleware(next));
}
