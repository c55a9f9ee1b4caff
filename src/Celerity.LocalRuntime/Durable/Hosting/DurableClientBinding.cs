using System.Reflection;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Supplies <c>[DurableClient] DurableTaskClient</c> parameters.</summary>
internal sealed class DurableClientBinding(LocalDurableTaskClient client, SettingTokens tokens) : IInputBinding
{
    public bool Binds(ParameterInfo parameter) => parameter.GetCustomAttribute<DurableClientAttribute>() is not null;

    public ValueTask<object?> BindAsync(ParameterInfo parameter, FunctionContext context)
    {
        var hub = parameter.GetCustomAttribute<DurableClientAttribute>()!.TaskHub is { } name ? tokens.Resolve(name, "[DurableClient]") : null;
        if (hub is not null && !string.Equals(hub, client.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"[DurableClient(TaskHub = \"{hub}\")] of '{parameter.Name}' names another task hub than host.json ('{client.Name}'); the local runtime has one.");
        }

        return parameter.ParameterType.IsInstanceOfType(client)
            ? ValueTask.FromResult<object?>(client)
            : throw new InvalidOperationException(
                $"[DurableClient] cannot bind to '{parameter.ParameterType}' of '{parameter.Name}'; declare a DurableTaskClient.");
    }
}
