using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Celerity.Tasks;

namespace Celerity.Secrets;

/// <summary>Where the JSON of a type has secrets.</summary>
internal sealed class SecretShape
{
    private static readonly ConcurrentDictionary<Type, SecretShape> Known = [];

    private readonly Dictionary<string, (bool IsSecret, Type Type)> _members = new(StringComparer.OrdinalIgnoreCase);
    private readonly Type _type;
    private bool? _hasSecrets;

    private SecretShape(Type type)
    {
        _type = type;
        IsSecret = type.IsDefined(typeof(SecretAttribute), inherit: true);
        var json = TaskPayload.JsonOf(type);
        IsObject = json.Kind == JsonTypeInfoKind.Object;
        IsDictionary = json.Kind == JsonTypeInfoKind.Dictionary;
        Element = json.ElementType;
        foreach (var variant in json.PolymorphismOptions?.DerivedTypes.Select(derived => TaskPayload.JsonOf(derived.DerivedType)).Append(json) ?? [json])
        {
            foreach (var property in variant.Properties)
            {
                var isSecret = IsMarked(property.AttributeProvider) || IsMarked(property.AssociatedParameter?.AttributeProvider);
                var key = KeyOf(property.Name);
                _members[key] = (isSecret || _members.GetValueOrDefault(key).IsSecret, property.PropertyType);
            }
        }
    }

    /// <summary>Gets whether all of it is secret.</summary>
    public bool IsSecret { get; }

    public bool IsObject { get; }

    public bool IsDictionary { get; }

    /// <summary>Gets the type of a collection's items, or of a dictionary's values; <see langword="null"/> where it is neither.</summary>
    public Type? Element { get; }

    /// <summary>Gets whether there is a secret anywhere in it.</summary>
    public bool HasSecrets => _hasSecrets ??= Reaches(_type, []);

    public static SecretShape Of(Type type) => Known.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, known => new SecretShape(known));

    /// <summary>Finds a member, as readers do who do not mind case, and Celery's clients who write <c>snake_case</c>.</summary>
    public (bool IsSecret, Type Type)? Find(string name) => _members.TryGetValue(KeyOf(name), out var member) ? member : null;

    private static string KeyOf(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static bool IsMarked(ICustomAttributeProvider? place) => place?.IsDefined(typeof(SecretAttribute), inherit: true) == true;

    // Types may hold themselves.
    private static bool Reaches(Type type, HashSet<Type> seen)
    {
        var shape = Of(type);
        return seen.Add(shape._type) && (shape.IsSecret
            || shape._members.Values.Any(member => member.IsSecret || Reaches(member.Type, seen))
            || (shape.Element is { } element && Reaches(element, seen)));
    }
}
