using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Reads which dead letters a request is about: query and body by the same rules. What is misread would mean more of them, so nothing is passed over.</summary>
internal static class DeadLetterQuery
{
    private static readonly string[] Names = ["group", "task", "category", "severity", "exception", "queue", "run", "state", "since", "before"];

    /// <summary>Reads the query; its other parameters are for others.</summary>
    /// <exception cref="CelerityException">CEL0308: a value is none.</exception>
    public static DeadLetterFilter Read(HttpRequest request) => Read(name => request.Query[name] switch
    {
        [] => null,
        [var text] => text ?? "",
        _ => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} is given twice: give it once."),
    });

    /// <summary>Reads a body's <c>filter</c>.</summary>
    /// <exception cref="CelerityException">CEL0302: it is no filter; CEL0308: a value is none.</exception>
    public static DeadLetterFilter Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, """The filter is no object: send one such as {"group":"…"}.""");
        }

        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.EnumerateObject())
        {
            var name = member.Name.AtMost(50);
            if (!Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new CelerityException(ErrorCodes.BadRequestBody, $"The filter has '{name}', which is none of {string.Join(", ", Names)}.");
            }

            if (member.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                throw new CelerityException(ErrorCodes.BadRequestBody, $"The filter's '{name}' is no text.");
            }

            // Null is what a script sends whose variable was empty.
            if (!texts.TryAdd(name, member.Value.GetString() ?? ""))
            {
                throw new CelerityException(ErrorCodes.BadRequestBody, $"The filter has '{name}' twice.");
            }
        }

        return Read(texts.GetValueOrDefault);
    }

    public static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static DeadLetterFilter Read(Func<string, string?> find) => new()
    {
        Group = Text(find, "group"),
        Task = Text(find, "task"),
        Category = QueryValue.Name<ErrorCategory>("category", Text(find, "category")),
        Severity = QueryValue.Name<Severity>("severity", Text(find, "severity")),
        Exception = Text(find, "exception"),
        Queue = Text(find, "queue"),
        Run = Text(find, "run"),
        State = QueryValue.Name<DeadLetterState>("state", Text(find, "state")),
        Since = QueryValue.Time("since", Text(find, "since")),
        Before = QueryValue.Time("before", Text(find, "before")),
    };

    private static string? Text(Func<string, string?> find, string name) => find(name) is not { } text || text.Trim().Length > 0
        ? find(name)
        : throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} is empty: give a value, or leave it out for any.");
}
