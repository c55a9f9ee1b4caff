namespace Celerity.Alerts;

/// <summary>The receivers. Filled while the app is set up.</summary>
internal sealed class AlertReceivers
{
    private readonly List<AlertReceiver> _receivers = [];

    public bool IsEmpty => _receivers.Count == 0;

    public void Add(AlertReceiver receiver) => _receivers.Add(receiver);

    public AlertReceiver? Find(string name) => _receivers.Find(receiver => string.Equals(receiver.Name, name, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<AlertReceiver> Wanting(AlertSeverity severity) => _receivers.Where(receiver => severity >= receiver.MinSeverity);
}
