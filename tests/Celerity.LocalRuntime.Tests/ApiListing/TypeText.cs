using System.Reflection;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>Writes types as the listing does, with their nullability as the compiler left it in the metadata.</summary>
/// <remarks>
/// NullabilityInfoContext is no substitute: it mixes in attributes such as MaybeNull, which a signature does not show. The layout of
/// the flags: github.com/dotnet/roslyn/blob/main/docs/features/nullable-metadata.md.
/// </remarks>
internal sealed class TypeText
{
    private const byte Annotated = 2;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    private readonly byte[] _flags;
    private int _next;

    private TypeText(byte[] flags) => _flags = flags;

    /// <summary>Writes the type of a parameter, property, field or result.</summary>
    /// <param name="type">The type.</param>
    /// <param name="annotated">What carries the type's own nullability.</param>
    /// <param name="member">The member it belongs to, from which nullability that is not its own comes.</param>
    public static string Of(Type type, ICustomAttributeProvider annotated, MemberInfo member) =>
        new TypeText(Flags(annotated) ?? [Context(member)]).Write(type);

    /// <summary>Writes a type whose nullability is not said.</summary>
    public static string Of(Type type) => new TypeText([0]).Write(type);

    /// <summary>Writes the type arguments of the member or type's own definition: names only.</summary>
    public static string Parameters(IReadOnlyCollection<Type> parameters) =>
        parameters.Count == 0 ? "" : $"<{string.Join(", ", parameters.Select(parameter => parameter.Name))}>";

    private string Write(Type type)
    {
        if (type.IsByRef)
        {
            return Write(type.GetElementType()!);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Write(underlying) + "?";
        }

        var nullable = TakesFlag(type) && NextFlag() == Annotated;
        return WriteUnannotated(type) + (nullable ? "?" : "");
    }

    private string WriteUnannotated(Type type)
    {
        if (type.IsArray)
        {
            return Write(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        return Keywords.TryGetValue(type, out var keyword) ? keyword : WriteNamed(type, new(type.GetGenericArguments()));
    }

    private string WriteNamed(Type type, Queue<Type> arguments)
    {
        // The outer type's arguments come first in the arguments of a nested type.
        var outer = type.DeclaringType is { } declaring ? WriteNamed(declaring, arguments) : type.Namespace;
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0)
        {
            return $"{outer}.{type.Name}";
        }

        var own = int.Parse(type.Name[(tick + 1)..]);
        var written = Enumerable.Range(0, own).Select(_ => Write(arguments.Dequeue())).ToList();
        return $"{outer}.{type.Name[..tick]}<{string.Join(", ", written)}>";
    }

    private static bool TakesFlag(Type type) => !type.IsValueType || type.IsGenericType;

    private byte NextFlag() => _flags.Length == 1 ? _flags[0] : _flags[_next++];

    private static byte[]? Flags(ICustomAttributeProvider annotated)
    {
        var attributes = annotated switch
        {
            ParameterInfo parameter => parameter.CustomAttributes,
            MemberInfo member => member.CustomAttributes,
            _ => [],
        };
        var argument = attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == "NullableAttribute")?.ConstructorArguments[0].Value;
        return argument switch
        {
            null => null,
            byte one => [one],
            IReadOnlyCollection<CustomAttributeTypedArgument> many => [.. many.Select(flag => (byte)flag.Value!)],
            _ => throw new NotSupportedException($"Nullability written as {argument}."),
        };
    }

    private static byte Context(MemberInfo? member)
    {
        for (; member is not null; member = member.DeclaringType)
        {
            var context = member.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == "NullableContextAttribute");
            if (context is not null)
            {
                return (byte)context.ConstructorArguments[0].Value!;
            }
        }

        return 0;
    }
}
