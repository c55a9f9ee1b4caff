using System.Text.Json.Serialization.Metadata;

namespace Celerity.Stages.Outputs;

/// <summary>A property of a record as a column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; of a nullable one that which it may be.</param>
/// <param name="Get">Reads it.</param>
internal sealed record OutputColumn(string Name, Type Type, Func<object, object?> Get)
{
    private static readonly HashSet<Type> Scalars =
    [
        typeof(string), typeof(char), typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid), typeof(byte[]),
    ];

    /// <summary>Gets the type of what is kept: an enum's values are kept by name.</summary>
    public Type KeptType => Type.IsEnum ? typeof(string) : Type;

    /// <summary>The columns of a record type, in the order of its properties.</summary>
    /// <exception cref="CelerityException">CEL0330: it has none, or one that is no single value.</exception>
    public static IReadOnlyList<OutputColumn> Of(Type record, string transform)
    {
        CelerityJson.Options.MakeReadOnly(populateMissingResolver: true);
        var info = CelerityJson.Options.GetTypeInfo(record);
        var columns = info.Kind == JsonTypeInfoKind.Object
            ? info.Properties.Where(property => property.Get is not null && !property.IsExtensionData)
                .Select(property => new OutputColumn(property.Name, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property.Get!))
                .ToList()
            : [];
        if (columns.Count == 0)
        {
            throw new CelerityException(ErrorCodes.BadTransform, $"{transform} writes {record}, which has no properties to be columns. Write a record of single values, or NDJSON.");
        }

        return columns.Find(column => !column.Type.IsEnum && !Scalars.Contains(column.Type)) is { } bad
            ? throw new CelerityException(
                ErrorCodes.BadTransform, $"{transform} writes {record}, whose '{bad.Name}' is {bad.Type}: a column holds a single value. Leave it out by [JsonIgnore], or write NDJSON.")
            : columns;
    }
}
