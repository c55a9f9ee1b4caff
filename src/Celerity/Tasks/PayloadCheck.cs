using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Celerity.Tasks;

/// <summary>Checks a payload against its data annotations, those of nested objects included. Types without any cost nothing.</summary>
internal static class PayloadCheck
{
    private const int MaxDepth = 8;

    private static readonly ConcurrentDictionary<Type, Member[]> Members = [];

    /// <summary>Names every violation, as <c>Stops[2].Name: …</c>; none where the payload is right.</summary>
    public static IReadOnlyList<string> Violations(object payload)
    {
        var found = new List<string>();
        Collect(payload, "", found, depth: 0);
        return found;
    }

    private static void Collect(object value, string path, List<string> found, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (value is IEnumerable items and not string)
        {
            var at = 0;
            foreach (var item in items)
            {
                if (item is not null && IsOwn(item.GetType()))
                {
                    Collect(item, $"{path}[{at}]", found, depth + 1);
                }

                at++;
            }

            return;
        }

        if (!IsOwn(value.GetType()))
        {
            return;
        }

        foreach (var (property, rules) in Members.GetOrAdd(value.GetType(), MembersOf))
        {
            var name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            var content = property.GetValue(value);
            var results = new List<ValidationResult>();
            if (!Validator.TryValidateValue(content!, new ValidationContext(value) { MemberName = property.Name }, results, rules))
            {
                found.AddRange(results.Select(result => $"{name}: {result.ErrorMessage}"));
            }

            if (content is not null)
            {
                Collect(content, name, found, depth + 1);
            }
        }

        if (value is IValidatableObject validatable)
        {
            found.AddRange(validatable.Validate(new ValidationContext(value)).Select(result => $"{path}{(path.Length > 0 ? ": " : "")}{result.ErrorMessage}"));
        }
    }

    // An attribute on a record's parameter belongs to the parameter, not to the property made of it.
    private static Member[] MembersOf(Type type)
    {
        var parameters = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).ToLookup(parameter => parameter.Name);
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
            .Select(property => new Member(
                property,
                [.. property.GetCustomAttributes<ValidationAttribute>(),
                    .. parameters[property.Name].SelectMany(parameter => parameter.GetCustomAttributes<ValidationAttribute>())]))
            .Where(member => member.Rules.Length > 0 || MayHoldRules(member.Property.PropertyType))];
    }

    private static bool MayHoldRules(Type type) => IsOwn(type)
        || (typeof(IEnumerable).IsAssignableFrom(type) && (type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments()).Any(MayHoldRules));

    private static bool IsOwn(Type type) =>
        !type.IsPrimitive && !type.IsEnum && type.Namespace is not null && type.Namespace != "System" && !type.Namespace.StartsWith("System.", StringComparison.Ordinal);

    private sealed record Member(PropertyInfo Property, ValidationAttribute[] Rules);
}
