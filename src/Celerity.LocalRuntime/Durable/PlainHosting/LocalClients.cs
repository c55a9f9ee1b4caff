using Celerity.LocalRuntime.Durable.Client;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>Makes clients that answer as the SDK's own back ends do.</summary>
internal static class LocalClients
{
    public static LocalDurableTaskClient Create(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<DurableTaskClientOptions>>().Get(name);
        var rules = new ClientRules(options.DefaultVersion, RaiseThrows: false) { WrongStateThrows = false, Recurses = true };
        return new LocalDurableTaskClient(services.GetRequiredService<TaskHubs>().Get(name), rules, converter: options.DataConverter, name: name);
    }
}
