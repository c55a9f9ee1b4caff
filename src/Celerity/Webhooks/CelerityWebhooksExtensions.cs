using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Webhooks;

/// <summary>Registers webhooks. An app without any has nothing of them.</summary>
internal static class CelerityWebhooksExtensions
{
    /// <summary>Adds one webhook.</summary>
    /// <exception cref="CelerityException">CEL0240: it is set up wrongly, or there is one of its name.</exception>
    public static IServiceCollection AddCelerityWebhook(this IServiceCollection services, string name, WebhookOptions options)
    {
        var webhook = new Webhook(name, options);
        services.GetOrAddInstance<WebhookList>().Add(webhook);
        services.AddCelerityHandler(typeof(WebhookHandler));
        services.TryAddSingleton<WebhookSends>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, WebhookEffect>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskObserver, WebhookObserver>());

        services.AddWebhookClient(webhook);
        return services;
    }

    /// <summary>Adds what posts to an endpoint.</summary>
    public static void AddWebhookClient(this IServiceCollection services, Webhook webhook)
    {
        services.TryAddSingleton<WebhookPost>();

        // The factory's own log lines carry addresses, and addresses may carry secrets.
        services.AddHttpClient(webhook.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => WebhookConnection.NewHandler(webhook))
            .RemoveAllLoggers();
    }
}
