using System.Reflection;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>The line of a type: access, modifiers, kind, name, what it derives from.</summary>
internal static class TypeSignature
{
    public static string Of(Type type)
    {
        var access = type.IsPublic || type.IsNestedPublic ? "public" : "protected";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{access} delegate {MemberSignature.ReturnType(invoke)} {TypeText.Of(type)}({MemberSignature.Parameters(invoke)})";
        }

        var bases = Bases(type).ToList();
        var inherits = bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
        // A nested type repeats the type parameters of the one around it.
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0);
        return $"{access} {Kind(type)} {TypeText.Of(type)}{inherits}{Constraints(own)}";
    }

    /// <summary>Writes the constraints of the type parameters that a member or type declares itself.</summary>
    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(
        from parameter in parameters
        let constraints = Constraints(parameter).ToList()
        where constraints.Count > 0
        select $" where {parameter.Name} : {string.Join(", ", constraints)}");

    private static IEnumerable<string> Constraints(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        if (isStruct)
        {
            yield return "struct";
        }

        foreach (var constraint in parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)))
        {
            yield return TypeText.Of(constraint);
        }

        if (!isStruct && flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            yield return "new()";
        }
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsEnum)
        {
            return "enum";
        }

        var record = IsRecord(type) ? "record" : null;
        if (type.IsValueType)
        {
            var readOnly = type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsReadOnlyAttribute") ? "readonly " : "";
            return $"{readOnly}{(record is null ? "" : "record ")}struct";
        }

        var modifier = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return modifier + (record ?? "class");
    }

    /// <summary>Only the compiler's own PrintMembers tells a record from a class: it writes it for every record and hides it from the language.</summary>
    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)?
            .CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute") == true;

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
        {
            return [TypeText.Of(type.GetEnumUnderlyingType())];
        }

        var all = type.GetInterfaces();
        var implied = all.SelectMany(parent => parent.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        var parents = all.Except(implied).Select(TypeText.Of);
        return type.BaseType is { } baseType && baseType != typeof(object) && baseType != typeof(ValueType)
            ? parents.Prepend(TypeText.Of(baseType))
            : parents;
    }
}
