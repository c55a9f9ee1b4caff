using System.Globalization;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Reads filters and waits from the query of a management request.</summary>
internal static class ManagementQuery
{
    /// <exception cref="FormatException">A time or status cannot be read.</exception>
    public static InstanceFilter ReadFilter(HttpRequest request) => new(
        ReadTime(request, "createdTimeFrom"),
        ReadTime(request, "createdTimeTo"),
        ReadStatuses(request),
        request.Query["instanceIdPrefix"] is [{ Length: > 0 } prefix] ? prefix : null);

    /// <summary>Returns how long to wait for the end, or <see langword="null"/>: both the timeout and the polling interval must be there.</summary>
    public static TimeSpan? ReadWait(HttpRequest request) =>
        ReadSeconds(request, "timeout") is { } timeout && ReadSeconds(request, "pollingInterval") is not null ? timeout : null;

    private static TimeSpan? ReadSeconds(HttpRequest request, string name) => request.Query[name] is not [{ Length: > 0 } text]
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"'{name}' is \"{text}\"; it must be a number of seconds.");

    /// <exception cref="FormatException">The time cannot be read.</exception>
    public static DateTimeOffset? ReadTime(HttpRequest request, string name) => request.Query[name] is not [{ Length: > 0 } text]
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"'{name}' is \"{text}\"; it must be a date and time such as 2026-01-31T12:00:00Z.");

    private static OrchestrationRuntimeStatus[]? ReadStatuses(HttpRequest request)
    {
        string[] names = [.. request.Query["runtimeStatus"].SelectMany(value => (value ?? "").Split(',')).Select(name => name.Trim()).Where(name => name.Length > 0)];
        return names.Length == 0 ? null : [.. names.Select(Parse)];
    }

    private static OrchestrationRuntimeStatus Parse(string name) => Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
        ? status
        : throw new FormatException($"'runtimeStatus' has \"{name}\", which is not a status.");
}
