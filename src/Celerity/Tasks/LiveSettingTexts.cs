using System.Globalization;

namespace Celerity.Tasks;

/// <summary>Writes the settings that can be changed while the app runs as configuration has them, so that what is shown can be set.</summary>
internal static class LiveSettingTexts
{
    /// <summary>Gets the settings by name, each as it is written.</summary>
    public static IReadOnlyList<(string Name, string Text)> Of(TaskSettings settings) =>
    [
        (nameof(CelerityTaskOptions.MaxAttempts), Text(settings.Retry.MaxAttempts)),
        (nameof(CelerityTaskOptions.Backoff), Text(settings.Retry.BaseDelay)),
        (nameof(CelerityTaskOptions.MaxBackoff), Text(settings.Retry.MaxDelay)),
        (nameof(CelerityTaskOptions.MaxElapsed), Text(settings.Retry.MaxElapsed ?? TimeSpan.Zero)),
        (nameof(CelerityTaskOptions.SoftTimeLimit), Text(settings.SoftTimeLimit ?? TimeSpan.Zero)),
        (nameof(CelerityTaskOptions.TimeLimit), Text(settings.TimeLimit)),
        (nameof(CelerityTaskOptions.RateLimit), $"{settings.RateLimit}"),
        (nameof(CelerityTaskOptions.RateLimitPerKey), $"{settings.RateLimitPerKey}"),
        (nameof(CelerityTaskOptions.RateCost), Text(settings.RateCost)),
        (nameof(CelerityTaskOptions.Concurrency), Text(settings.Concurrency ?? -1)),
        (nameof(CelerityTaskOptions.ConcurrencyPerKey), Text(settings.ConcurrencyPerKey ?? -1)),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
