using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Reads which dead letters a request is about.</summary>
internal static class DeadLetterQuery
{
    /// <exception cref="CelerityException">CEL0308: a value is none.</exception>
    public static DeadLetterFilter Read(HttpRequest request) => new()
    {
        Group = Text(request, "group"),
        Task = Text(request, "task"),
        Category = Name<ErrorCategory>(request, "category"),
        Severity = Name<Severity>(request, "severity"),
        Exception = Text(request, "exception"),
        Queue = Text(request, "queue"),
        Run = Text(request, "run"),
        State = Name<DeadLetterState>(request, "state"),
        Since = Time(request, "since"),
        Before = Time(request, "before"),
    };

    public static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static T? Name<T>(HttpRequest request, string name)
        where T : struct, Enum => Text(request, name) switch
        {
            null => null,
            { } text when Enum.TryParse<T>(text, ignoreCase: true, out var value) && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) => value,
            _ => throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>().Select(known => char.ToLowerInvariant(known[0]) + known[1..]))}."),
        };

    private static DateTimeOffset? Time(HttpRequest request, string name) => Text(request, name) switch
    {
        null => null,
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} must be a time such as 2026-01-31T12:00:00Z."),
    };
}
