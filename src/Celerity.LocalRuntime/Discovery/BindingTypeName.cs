namespace Celerity.LocalRuntime.Discovery;

/// <summary>The official name of a binding's type, from its attribute: <c>QueueTriggerAttribute</c> is <c>queueTrigger</c>.</summary>
internal static class BindingTypeName
{
    public static string Of(Attribute attribute)
    {
        var name = attribute.GetType().Name;
        foreach (var suffix in new[] { "Attribute", "Input", "Output" })
        {
            name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        }

        return string.Concat(char.ToLowerInvariant(name[0]), name[1..]);
    }
}
