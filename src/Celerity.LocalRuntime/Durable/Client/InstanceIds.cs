namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>What an instance id may look like.</summary>
internal static class InstanceIds
{
    private const int MaxLength = 256;

    public static void Validate(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (instanceId.StartsWith('@'))
        {
            throw new ArgumentException($"The instance id '{instanceId}' starts with '@', which is for entities.", nameof(instanceId));
        }

        if (instanceId.Length > MaxLength)
        {
            throw new ArgumentException($"The instance id has {instanceId.Length} characters; the limit is {MaxLength}.", nameof(instanceId));
        }

        if (instanceId.FirstOrDefault(letter => letter is '/' or '\\' or '#' or '?' || char.IsControl(letter)) is var found && found != default)
        {
            throw new ArgumentException(
                $"The instance id '{instanceId}' has the character U+{(int)found:X4}; '/', '\\', '#', '?' and control characters are not allowed.",
                nameof(instanceId));
        }
    }

    public static void RejectEntity(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (instanceId.StartsWith('@'))
        {
            throw new ArgumentException($"'{instanceId}' is an entity, not an orchestration.", nameof(instanceId));
        }
    }
}
