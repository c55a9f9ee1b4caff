using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>The body of <c>PUT /api/schedules/{name}</c>: the options, with the payload as JSON, and who changes it and why.</summary>
internal sealed record ScheduleBody
{
    // A misspelt setting would silently mean its default.
    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new ZonedTime() },
    };

    public string? Cron { get; init; }

    public TimeSpan? Every { get; init; }

    public string? TimeZone { get; init; }

    public TimeSpan Jitter { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public DateTimeOffset? EndAt { get; init; }

    public bool Enabled { get; init; } = true;

    public OverlapPolicy Overlap { get; init; }

    public MissedPolicy Missed { get; init; }

    public int MaxMissed { get; init; } = new ScheduleOptions().MaxMissed;

    public string? Task { get; init; }

    public string? Pipeline { get; init; }

    public JsonElement? Payload { get; init; }

    public string? Who { get; init; }

    public string? Why { get; init; }

    public ScheduleOptions Options => new()
    {
        Cron = Cron,
        Every = Every,
        TimeZone = TimeZone,
        Jitter = Jitter,
        StartAt = StartAt,
        EndAt = EndAt,
        Enabled = Enabled,
        Overlap = Overlap,
        Missed = Missed,
        MaxMissed = MaxMissed,
        Task = Task,
        Pipeline = Pipeline,
        Payload = Payload?.GetRawText(),
    };

    /// <exception cref="CelerityException">CEL0302: it cannot be read; CEL0322: it is too large.</exception>
    public static async Task<ScheduleBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await Endpoint.ReadBodyAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<ScheduleBody>(body, Strict) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception) when (exception.Message.StartsWith(ZonedTime.Rule, StringComparison.Ordinal))
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{exception.Path?.TrimStart('$', '.').AtMost(50)} {ZonedTime.Rule} Nothing was changed.", exception);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadRequestBody,
                $"The body is no schedule: {exception.Message} Send an object such as {{\"cron\":\"0 3 * * *\",\"timeZone\":\"Europe/Berlin\",\"task\":\"…\",\"payload\":{{}}}}. Nothing was changed.",
                exception);
        }
    }

    /// <summary>Who does it, and why.</summary>
    public ActionNote NoteOf(HttpRequest request) => new OperationBody(Who, Why, null).NoteOf(request);
}
