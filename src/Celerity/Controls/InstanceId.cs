namespace Celerity.Controls;

/// <summary>Names this process among all instances.</summary>
internal sealed class InstanceId
{
    /// <summary>Gets the name: the machine's and a random part.</summary>
    public string Value { get; init; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";
}
