namespace Celerity.Webhooks;

/// <summary>The app's webhooks. Filled while the app is set up.</summary>
internal sealed class WebhookList
{
    private readonly Dictionary<string, Webhook> _webhooks = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CelerityException">CEL0240: there is one of that name.</exception>
    public void Add(Webhook webhook)
    {
        if (!_webhooks.TryAdd(webhook.Name, webhook))
        {
            throw new CelerityException(ErrorCodes.BadWebhook, $"There are two webhooks '{webhook.Name}'; configuration and code must name each once.");
        }
    }

    public Webhook? Find(string name) => _webhooks.GetValueOrDefault(name);

    /// <summary>Finds the webhooks that want to hear of something. None wants to hear of deliveries: they would never end.</summary>
    public IEnumerable<Webhook> Wanting(TaskEventKind kind, string task) =>
        string.Equals(task, WebhookDelivery.TaskName, StringComparison.OrdinalIgnoreCase) ? [] : _webhooks.Values.Where(webhook => webhook.Wants(kind, task));
}
