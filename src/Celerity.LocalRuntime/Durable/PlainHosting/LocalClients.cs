using Celerity.LocalRuntime.Durable.Client;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>Makes clients that answer as the SDK's own back ends do.</summary>
internal static class LocalClients
{
    public static DurableTaskClient Create(IServiceProvider services, string name)
    {
        // In a function app, the client without a name is the app's own.
        if (name.Length == 0 && services.GetService<LocalDurableTaskClient>() is { } own)
        {
            return own;
        }

        var options = services.GetRequiredService<IOptionsMonitor<DurableTaskClientOptions>>().Get(name);
        var rules = new ClientRules(options.DefaultVersion, RaiseThrows: false)
        {
            WrongStateThrows = false,
            RestrictsIds = false,
            Recurses = true,
            HasEntities = options.EnableEntitySupport,
            FailureOutputIsMessage = true,
        };
        return new LocalDurableTaskClient(services.GetRequiredService<TaskHubs>().Get(name), rules, converter: options.DataConverter, name: name);
    }
}
