using Celerity.Observing;

namespace Celerity.Webhooks;

/// <summary>Tells webhooks what is no end, as it happens in this process. Ends are told by <see cref="WebhookEffect"/>, which no crash stops.</summary>
internal sealed class WebhookObserver(WebhookList webhooks, WebhookSends sends) : ITaskObserver
{
    public async ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        if (EndKinds.All.Contains(happened.Kind))
        {
            return;
        }

        foreach (var webhook in webhooks.Wanting(happened.Kind, happened.Name))
        {
            await sends.SendAsync(webhook, happened, cancellationToken).ConfigureAwait(false);
        }
    }
}
