using Celerity.Functions.Hosting;
using Celerity.Secrets;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Settings;

/// <summary>Tells what an app is set to. No secret is told, only that it is there.</summary>
internal sealed class SettingReport(IConfiguration configuration)
{
    private const string Section = "Celerity";

    // What holds a key or leads to a place that a key opens; a payload may hold anything.
    private static readonly string[] SecretWords =
        ["key", "secret", "password", "token", "connection", "url", "uri", "address", "endpoint", "payload", "AzureWebJobsStorage"];

    private static readonly string[] OpenNames =
    [
        nameof(SigningOptions.KeyId), nameof(CelerityTaskOptions.RateLimitPerKey), nameof(CelerityTaskOptions.ConcurrencyPerKey),
    ];

    /// <summary>Gets the settings with fixed names, then all others of Celerity that are set.</summary>
    public IReadOnlyList<SettingEntry> List()
    {
        var known = KnownSettings.All.Select(setting =>
            new SettingEntry(setting.Key, Shown(setting.Key, Find(setting.Key)) ?? setting.Default, setting.Default, Find(setting.Key) is not null, setting.Text)).ToList();
        var names = known.Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var others = configuration.GetSection(Section).AsEnumerable()
            .Where(setting => setting.Value is not null && !names.Contains(setting.Key))
            .OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
            .Select(setting => new SettingEntry(setting.Key, Shown(setting.Key, setting.Value), null, true, TextOf(setting.Key)));
        return [.. known, .. others];
    }

    /// <summary>Finds what is set: in configuration, or in host.json.</summary>
    public string? Find(string key) => configuration[key] is { Length: > 0 } value ? value
        : key.StartsWith(KnownSettings.HostJson, StringComparison.Ordinal) ? HostJsonFile.Find(AppContext.BaseDirectory, key[KnownSettings.HostJson.Length..].Split(':'))
        : null;

    private static string? Shown(string key, string? value) => value is not null && IsSecret(key, value) ? SecretText.Mask : value;

    private static bool IsSecret(string key, string value)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        return key.StartsWith("Celerity:Signing:Keys:", StringComparison.OrdinalIgnoreCase)
            || (!OpenNames.Contains(name, StringComparer.OrdinalIgnoreCase) && SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            || value.Contains("://", StringComparison.Ordinal)
            || value.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase);
    }

    private static string TextOf(string key) => key.Split(':') switch
    {
        [_, "Tasks", var name, ..] => $"Sets the task {name}.",
        [_, "Stages", var name, ..] => $"Sets the stage {name}.",
        [_, "Circuits", var name, ..] => $"Sets the circuit {name}.",
        [_, "Schedules", var name, ..] => $"Sets the schedule {name}.",
        [_, "Webhooks", var name, ..] => $"Sets the webhook {name}.",
        [_, "Queues", ..] => "A queue of the app's own.",
        [_, "Routes", ..] => "Sends tasks to a queue by their names.",
        [_, var section, ..] => $"A setting of {section}.",
        _ => "",
    };
}
