using Celerity.Webhooks;

namespace Celerity.Alerts;

/// <summary>Where alerts are posted. Not a record: nothing of it is ever printed.</summary>
internal sealed class AlertReceiver
{
    private static readonly WebhookRole Signed = new("alert receiver", "Celerity:Alerts:Receivers", "Address", "celerity.alert", ErrorCodes.BadAlertReceiver, IsSigned: true);

    /// <exception cref="CelerityException">CEL0336: it is set up wrongly.</exception>
    public AlertReceiver(string name, AlertReceiverKind kind, AlertSeverity minSeverity, WebhookOptions options)
    {
        Webhook = new Webhook(name, options, kind == AlertReceiverKind.Generic ? Signed : Signed with { IsSigned = false });
        (Kind, MinSeverity) = (kind, minSeverity);
    }

    public Webhook Webhook { get; }

    public AlertReceiverKind Kind { get; }

    public AlertSeverity MinSeverity { get; }

    public string Name => Webhook.Name;
}
