using System.Text.Json;

namespace Celerity.Functions.Http;

/// <summary>Reads what a request says in words of ours and as instants.</summary>
internal static class QueryValue
{
    /// <exception cref="CelerityException">CEL0308: it is no name of <typeparamref name="T"/>.</exception>
    public static T? Name<T>(string name, string? text)
        where T : struct, Enum => text is null ? null
        : Enum.GetNames<T>().FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse<T>(known)
        : throw new CelerityException(
            ErrorCodes.SettingOutOfRange, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");

    /// <exception cref="CelerityException">CEL0308: it is no time with its zone.</exception>
    public static DateTimeOffset? Time(string name, string? text) => text is null ? null
        : ZonedTime.TryParse(text, out var at) ? at
        : throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} {ZonedTime.Rule}");
}
