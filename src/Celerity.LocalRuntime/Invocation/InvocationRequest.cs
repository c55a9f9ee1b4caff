using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>What a listener knows when it asks for an invocation.</summary>
internal sealed record InvocationRequest
{
    /// <summary>Gets the trigger's value, offered to the converters for the trigger parameter (a string, bytes, or the very object).</summary>
    public object? TriggerValue { get; init; }

    /// <summary>Gets the trigger metadata: <c>BindingContext.BindingData</c>, and what parameters bind to by name.</summary>
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = new Dictionary<string, object?>();

    /// <summary>Gets a hook that may supply a parameter's value before any converter is asked, or <see langword="null"/>.</summary>
    public Func<ParameterInfo, ParameterValue?>? Bind { get; init; }

    /// <summary>Gets what is called with the context when middleware and services are there, before anything is bound.</summary>
    public Action<FunctionContext>? Prepare { get; init; }

    /// <summary>Gets what runs in place of the method, with nothing bound: durable tasks are objects, not methods.</summary>
    public Func<FunctionContext, Task<object?>>? Body { get; init; }

    /// <summary>Gets a wrapper around the method call itself, after middleware and binding: orchestrators run on their own context.</summary>
    public Func<Func<Task<object?>>, Task<object?>>? RunBody { get; init; }

    /// <summary>Gets features to set on the <c>FunctionContext</c> before middleware runs, by type.</summary>
    public IReadOnlyDictionary<Type, object> Features { get; init; } = new Dictionary<Type, object>();

    /// <summary>Gets the W3C trace parent of what caused this invocation, or <see langword="null"/>.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>A bound value; it may itself be <see langword="null"/>.</summary>
internal readonly record struct ParameterValue(object? Value);
