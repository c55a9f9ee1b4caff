using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>One invocation's context. Its service scope is made when it is first asked for and lives as long as the invocation.</summary>
internal sealed class LocalFunctionContext : FunctionContext, IAsyncDisposable
{
    private readonly IServiceScopeFactory _scopes;
    private AsyncServiceScope? _scope;
    private IServiceProvider? _services;

    public LocalFunctionContext(FunctionPlan plan, InvocationRequest request, IServiceScopeFactory scopes, Activity activity, CancellationToken cancellationToken)
    {
        _scopes = scopes;
        Plan = plan;
        Request = request;
        CancellationToken = cancellationToken;
        TraceContext = new LocalTraceContext(activity);
        BindingContext = new LocalBindingContext(request.BindingData);
        foreach (var (type, feature) in request.Features)
        {
            Features.Set(type, feature);
        }
    }

    public FunctionPlan Plan { get; }

    public InvocationRequest Request { get; }

    /// <summary>Gets what the function returned, or what a middleware has put in its place.</summary>
    public object? Result { get; set; }

    /// <summary>Gets the values of the outputs that are properties of the returned object, by name.</summary>
    public Dictionary<string, object?> OutputValues { get; } = new(StringComparer.Ordinal);

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Plan.Definition.Id;

    public override FunctionDefinition FunctionDefinition => Plan.Definition;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    // Null unless a retry strategy is in force, as on the host.
    public override RetryContext RetryContext => Features.Get<RetryContext>()!;

    public override IServiceProvider InstanceServices
    {
        get => _services ??= (_scope ??= _scopes.CreateAsyncScope()).ServiceProvider;
        set => _services = value;
    }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override InvocationFeatures Features { get; } = new();

    public override CancellationToken CancellationToken { get; }

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class LocalBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } =
            new Dictionary<string, object?>(data, StringComparer.OrdinalIgnoreCase);
    }

    private sealed class LocalTraceContext(Activity activity) : TraceContext
    {
        public override string TraceParent { get; } = activity.Id ?? string.Empty;

        public override string TraceState { get; } = activity.TraceStateString ?? string.Empty;

        public override IReadOnlyDictionary<string, string> Baggage { get; } =
            activity.Baggage.DistinctBy(item => item.Key).ToDictionary(item => item.Key, item => item.Value ?? string.Empty);
    }
}
