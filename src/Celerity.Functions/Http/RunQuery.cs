using Celerity.Functions.Pipelines;
using Celerity.Runs;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Reads what a request on runs says beside its body.</summary>
internal static class RunQuery
{
    /// <summary>Reads which runs to list.</summary>
    /// <exception cref="CelerityException">CEL0308: a value is none.</exception>
    public static RunFilter ReadFilter(HttpRequest request) => new()
    {
        State = QueryValue.Name<RunState>("state", Text(request, "state")),
        Pipeline = Text(request, "pipeline"),
        Tag = Text(request, "tag"),
        Since = QueryValue.Time("since", Text(request, "since")),
        Before = QueryValue.Time("before", Text(request, "before")),
    };

    /// <summary>Reads the terms of a start.</summary>
    /// <exception cref="CelerityException">CEL0308: one is out of its range.</exception>
    public static RunTerms ReadTerms(HttpRequest request, TimeProvider time) => new()
    {
        Tags = [.. request.Query["tag"].OfType<string>().Distinct(StringComparer.Ordinal)],
        IdempotencyKey = Text(request, "idempotencyKey"),
        TimeLimit = ReadDeadline(Text(request, "deadline"), time),
    };

    private static TimeSpan? ReadDeadline(string? text, TimeProvider time) => text is null ? null
        : RunTimeLimit.TryRead(text) is { } limit ? limit
        : ZonedTime.TryParse(text, out var at) && RunTimeLimit.IsInRange(at - time.GetUtcNow()) ? at - time.GetUtcNow()
        : throw new CelerityException(
            ErrorCodes.SettingOutOfRange, $"deadline must be {RunTimeLimit.Rule}, or an instant with its zone that lies as far ahead. Nothing was started.");

    public static string? Text(HttpRequest request, string name) => request.Query[name] switch
    {
        [] => null,
        [{ Length: > 0 } text] => text,
        _ => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} is empty or given twice: give one value, or leave it out."),
    };
}
