using Celerity.Tasks;
using Celerity.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Alerts;

/// <summary>Registers alerts.</summary>
internal static class CelerityAlertsExtensions
{
    /// <summary>Adds what evaluates the rules. It looks at what the meters' services measure.</summary>
    public static IServiceCollection AddCelerityAlerts(this IServiceCollection services)
    {
        services.GetOrAddInstance<AlertRules>();
        services.GetOrAddInstance<AlertReceivers>();
        services.TryAddSingleton<AlertStore>();
        services.TryAddSingleton<AlertSilences>();
        services.TryAddSingleton<AlertSends>();
        services.TryAddSingleton<AlertRound>();
        services.TryAddSingleton<AlertViews>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertReadings, FigureReadings>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertReadings, HistoryReadings>());
        return services;
    }

    /// <summary>Adds one receiver. An app without any has no task that delivers.</summary>
    public static IServiceCollection AddCelerityAlertReceiver(this IServiceCollection services, AlertReceiver receiver)
    {
        services.GetOrAddInstance<AlertReceivers>().Add(receiver);
        services.AddCelerityHandler(typeof(AlertHandler));
        services.AddWebhookClient(receiver.Webhook);
        return services;
    }
}
