using System.Reflection;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>Writes attributes as the listing does.</summary>
internal static class AttributeText
{
    /// <summary>Those that decide how the compiler or a serializer treats user code; the others wire up the official worker's insides.</summary>
    private static readonly HashSet<string> Compared =
    [
        "AttributeUsage", "JsonConverter", "JsonPropertyName", "MemberNotNullWhen", "Newtonsoft.Json.JsonProperty", "NotNullWhen", "Obsolete",
    ];

    private static readonly string[] ShortNamespaces =
        ["System.Text.Json.Serialization", "System.Diagnostics.CodeAnalysis", "System.ComponentModel", "System"];

    public static IReadOnlySet<string> Of(IEnumerable<CustomAttributeData> attributes) => KeepCompared(attributes.Select(Write));

    public static IReadOnlySet<string> KeepCompared(IEnumerable<string> attributes) =>
        attributes.Where(attribute => Compared.Contains(attribute[1..].Split('(', ']')[0])).ToHashSet();

    public static string Inline(ParameterInfo parameter) =>
        string.Concat(Of(parameter.CustomAttributes).Order(StringComparer.Ordinal).Select(attribute => $"{attribute} "));

    private static string Write(CustomAttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments.SelectMany(Spread)
            .Concat(attribute.NamedArguments.Select(argument => $"{argument.MemberName} = {Write(argument.TypedValue)}"))
            .ToList();
        var type = attribute.AttributeType;
        var name = ShortNamespaces.Contains(type.Namespace) ? type.Name : type.FullName!;
        name = name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
        return arguments.Count == 0 ? $"[{name}]" : $"[{name}({string.Join(", ", arguments)})]";
    }

    private static IEnumerable<string> Spread(CustomAttributeTypedArgument argument) =>
        argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> array ? array.Select(Write) : [Write(argument)];

    private static string Write(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool value => value ? "true" : "false",
        Type type => $"typeof({TypeText.Of(type)})",
        var value when argument.ArgumentType.IsEnum => $"{argument.ArgumentType.FullName}.{Enum.ToObject(argument.ArgumentType, value)}",
        var value => Convert.ToString(value)!,
    };
}
