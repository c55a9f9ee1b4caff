namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionInvocation
{
    public abstract string Id { get; }

    public abstract string FunctionId { get; }

    public abstract TraceContext TraceContext { get; }
}
