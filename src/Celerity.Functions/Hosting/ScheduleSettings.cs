using System.Globalization;
using Celerity.Schedules;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Schedules:{name}</c>, and refuses what cannot be.</summary>
internal static class ScheduleSettings
{
    private const string Section = "Celerity:Schedules";

    private static readonly Dictionary<string, Func<ScheduleOptions, string, bool>> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ScheduleOptions.Cron)] = (options, text) => (options.Cron = text) is not null,
        [nameof(ScheduleOptions.Every)] = (options, text) => TaskOptionsSource.TryRead(text, (TimeSpan value) => options.Every = value),
        [nameof(ScheduleOptions.TimeZone)] = (options, text) => (options.TimeZone = text) is not null,
        [nameof(ScheduleOptions.Jitter)] = (options, text) => TaskOptionsSource.TryRead(text, (TimeSpan value) => options.Jitter = value),
        [nameof(ScheduleOptions.StartAt)] = (options, text) => TryRead(text, value => options.StartAt = value),
        [nameof(ScheduleOptions.EndAt)] = (options, text) => TryRead(text, value => options.EndAt = value),
        [nameof(ScheduleOptions.Enabled)] = (options, text) => SettingSection.TryRead(text, value => options.Enabled = value),
        [nameof(ScheduleOptions.Overlap)] = (options, text) => SettingSection.TryRead<OverlapPolicy>(text, value => options.Overlap = value),
        [nameof(ScheduleOptions.Missed)] = (options, text) => SettingSection.TryRead<MissedPolicy>(text, value => options.Missed = value),
        [nameof(ScheduleOptions.MaxMissed)] = (options, text) => TaskOptionsSource.TryRead(text, (int value) => options.MaxMissed = value),
        [nameof(ScheduleOptions.Task)] = (options, text) => (options.Task = text) is not null,
        [nameof(ScheduleOptions.Pipeline)] = (options, text) => (options.Pipeline = text) is not null,
        [nameof(ScheduleOptions.Payload)] = (options, text) => (options.Payload = text) is not null,
    };

    /// <exception cref="CelerityException">CEL0308: a setting is unknown or cannot be read; CEL0290: a schedule is set up wrongly.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            var options = new ScheduleOptions();
            SettingSection.Apply(
                section,
                options,
                Settings,
                "a schedule",
                "Times of day and spans are written as 00:05:00, instants as 2026-01-31T08:00:00Z, flags as true, payloads as JSON.");
            services.AddCeleritySchedule(section.Key, options, ScheduleSource.Configuration);
        }
    }

    // Without an offset an instant would depend on the machine.
    private static bool TryRead(string text, Action<DateTimeOffset> set)
    {
        var isRead = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value);
        set(value);
        return isRead;
    }
}
