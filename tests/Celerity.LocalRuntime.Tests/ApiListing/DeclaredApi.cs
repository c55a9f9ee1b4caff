using System.Reflection;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>What a type offers to code outside its assembly, in the listing's words.</summary>
internal static class DeclaredApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    public static IEnumerable<ApiLine> Of(Type type)
    {
        yield return new(ApiLine.SortBases(TypeSignature.Of(type)), AttributeText.Of(type.CustomAttributes));
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield break;
        }

        foreach (var member in type.GetMembers(Declared))
        {
            if (Signature(member) is { } signature)
            {
                yield return new(signature, AttributeText.Of(member.CustomAttributes));
            }
        }
    }

    private static string? Signature(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor => MemberSignature.Of(constructor),
        MethodInfo method when !IsAccessor(method) && !method.Name.StartsWith('<') => MemberSignature.Of(method),
        PropertyInfo property => MemberSignature.Of(property),
        FieldInfo { IsSpecialName: false } field => MemberSignature.Of(field),
        EventInfo @event when MemberSignature.Access(@event.AddMethod!) is { } access => $"{access} event {@event.DeclaringType}.{@event.Name}",
        _ => null,
    };

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
