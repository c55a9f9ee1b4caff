using System.Reflection;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>The line of a member; null for what code outside the assembly cannot reach.</summary>
internal static class MemberSignature
{
    public static string? Of(ConstructorInfo constructor) =>
        Access(constructor) is { } access ? $"{access} {TypeText.Of(constructor.DeclaringType!)}..ctor({Parameters(constructor)})" : null;

    public static string? Of(MethodInfo method)
    {
        if (Access(method) is not { } access)
        {
            return null;
        }

        var own = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        return $"{access} {Modifiers(method)}{ReturnType(method)} {Name(method)}{TypeText.Parameters(own)}({Parameters(method)}){TypeSignature.Constraints(own)}";
    }

    public static string? Of(PropertyInfo property)
    {
        var accessors = new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(accessor => Access(accessor) is not null).ToList();
        if (accessors.Count == 0)
        {
            return null;
        }

        var widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        var shown = string.Concat(accessors.Select(accessor =>
            (Access(accessor) == Access(widest) ? "" : $"{Access(accessor)} ") + (accessor == property.GetMethod ? "get; " : IsInit(accessor) ? "init; " : "set; ")));
        var type = TypeText.Of(property.PropertyType, property, property.DeclaringType!);
        return $"{Access(widest)} {Modifiers(widest)}{type} {Name(property)} {{ {shown}}}";
    }

    public static string? Of(FieldInfo field)
    {
        if (field.DeclaringType!.IsEnum)
        {
            return $"{Name(field)} = {Convert.ToInt64(field.GetRawConstantValue())}";
        }

        var access = field.IsPublic ? "public" : field.IsFamily || field.IsFamilyOrAssembly ? "protected" : null;
        var type = TypeText.Of(field.FieldType, field, field.DeclaringType);
        var modifiers = (field.IsLiteral ? "const " : field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        var value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue(), field.FieldType)}" : "";
        return access is null ? null : $"{access} {modifiers}{type} {Name(field)}{value}";
    }

    public static string? Access(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamily || method.IsFamilyOrAssembly ? "protected" : null;

    public static string ReturnType(MethodInfo method) => TypeText.Of(method.ReturnType, method.ReturnParameter, method);

    public static string Parameters(MethodBase method)
    {
        var extension = method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "ExtensionAttribute");
        return string.Join(", ", method.GetParameters().Select(parameter => (extension && parameter.Position == 0 ? "this " : "") + Parameter(parameter)));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var direction = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{AttributeText.Inline(parameter)}{direction}{TypeText.Of(parameter.ParameterType, parameter, parameter.Member)} {parameter.Name}{value}";
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value)!,
    };

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return "static ";
        }

        if (!method.IsVirtual || method.DeclaringType!.IsInterface)
        {
            return "";
        }

        var overrides = !method.Attributes.HasFlag(MethodAttributes.NewSlot);
        return (method.IsAbstract, method.IsFinal, overrides) switch
        {
            (true, _, false) => "abstract ",
            (true, _, true) => "abstract override ",
            (_, true, true) => "sealed override ",
            (_, false, true) => "override ",
            (_, true, false) => "", // Implements an interface; not virtual in the language.
            _ => "virtual ",
        };
    }

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Name(MemberInfo member) => $"{TypeText.Of(member.DeclaringType!)}.{member.Name}";
}
