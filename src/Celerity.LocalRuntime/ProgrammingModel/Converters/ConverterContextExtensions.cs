namespace Microsoft.Azure.Functions.Worker.Converters;

public static class ConverterContextExtensions
{
    internal const string BindingAttributeKey = "bindingAttribute";

    public static bool TryGetBindingAttribute<T>(this ConverterContext context, out object? bindingAttribute)
        where T : Attribute =>
        TryGetBindingAttribute(context, typeof(T), out bindingAttribute);

    public static bool TryGetBindingAttribute(this ConverterContext context, Type type, out object? bindingAttribute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(type);
        return context.Properties.TryGetValue(BindingAttributeKey, out bindingAttribute) && type.IsInstanceOfType(bindingAttribute);
    }
}
