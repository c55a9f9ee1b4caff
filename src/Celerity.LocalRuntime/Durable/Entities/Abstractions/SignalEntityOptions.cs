#pragma warning disable CA2225 // The conversions have no named twins in the official API.
namespace Microsoft.DurableTask.Entities;

/// <summary>How an entity is signalled.</summary>
public record SignalEntityOptions
{
    /// <summary>Gets the instant before which the entity does not get the signal; <see langword="null"/> is at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };

    public static implicit operator SignalEntityOptions?(bool? value) => value is null ? null : new SignalEntityOptions();
}
