using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Writes what a function returned to where an output binding attribute of its kind points, such as <c>[QueueOutput]</c>.</summary>
internal interface IOutputBinding
{
    bool Handles(Attribute attribute);

    /// <summary>Writes one value, after the function has succeeded.</summary>
    /// <param name="attribute">The attribute on the method or on the property of the returned object.</param>
    /// <param name="value">What the function returned for it; never <see langword="null"/>.</param>
    /// <param name="context">The invocation.</param>
    /// <param name="cancellationToken">Fires when the invocation is cancelled.</param>
    ValueTask WriteAsync(Attribute attribute, object value, FunctionContext context, CancellationToken cancellationToken);
}
