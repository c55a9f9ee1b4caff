using Celerity.Functions.Compositions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Celerity;

/// <summary>Lends Celerity the Durable client of an app's own function.</summary>
public static class DurableClientExtensions
{
    /// <summary>
    /// Lends it: what this process asks of <see cref="IPipelines"/> and <see cref="IRunControl"/> from now on begins at once. Without any it begins within two minutes.
    /// Celerity's own functions do the same.
    /// </summary>
    /// <param name="context">The function's context.</param>
    /// <param name="client">What the function was given by <c>[DurableClient]</c>.</param>
    public static void UseDurableClient(this FunctionContext context, DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(client);
        _ = context.InstanceServices.With(client);
    }
}
