namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

[AttributeUsage(AttributeTargets.Property)]
public class DefaultValueAttribute : Attribute
{
    public DefaultValueAttribute(bool boolDefault) => DefaultBoolValue = boolDefault;

    public DefaultValueAttribute(string stringDefault) => DefaultStringValue = stringDefault;

    public bool? DefaultBoolValue { get; }

    public string? DefaultStringValue { get; }
}
