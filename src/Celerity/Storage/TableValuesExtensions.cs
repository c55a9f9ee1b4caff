namespace Celerity.Storage;

internal static class TableValuesExtensions
{
    /// <summary>Adds a value unless it is null: an absent property means null.</summary>
    public static void AddIfPresent(this Dictionary<string, object> values, string name, object? value)
    {
        if (value is not null)
        {
            values[name] = value;
        }
    }
}
