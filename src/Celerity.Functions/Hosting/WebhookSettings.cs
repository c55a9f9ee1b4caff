using Celerity.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Webhooks:{name}</c>, and refuses what cannot be.</summary>
internal static class WebhookSettings
{
    private const string Section = "Celerity:Webhooks";

    private static readonly string[] Lists = [nameof(WebhookOptions.Events), nameof(WebhookOptions.Tasks)];
    private static readonly string[] Settings = [.. typeof(WebhookOptions).GetProperties().Select(property => property.Name)];

    /// <exception cref="CelerityException">CEL0308: a setting is unknown or cannot be read; CEL0240: a webhook is set up wrongly.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            services.AddCelerityWebhook(section.Key, Read(section));
        }
    }

    private static WebhookOptions Read(IConfigurationSection section)
    {
        if (section.GetChildren().FirstOrDefault(setting => !Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{unknown.Path} is no setting of a webhook. There are {string.Join(", ", Settings)}.");
        }

        // One word where a list is meant would mean nothing, without a word.
        if (section.GetChildren().FirstOrDefault(setting => Lists.Contains(setting.Key, StringComparer.OrdinalIgnoreCase) && setting.Value is { Length: > 0 }) is { } list)
        {
            throw Unreadable(list.Path);
        }

        try
        {
            // Else an entry of a list that cannot be read would be passed over.
            return section.Get<WebhookOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new WebhookOptions();
        }
        catch (InvalidOperationException exception)
        {
            // Without the exception: it quotes what was found, and an address is not for the log.
            var path = $"{exception.Message}{exception.InnerException?.Message}".Split('\'')
                .FirstOrDefault(part => part.StartsWith(section.Path, StringComparison.OrdinalIgnoreCase));
            throw Unreadable(path ?? section.Path);
        }
    }

    private static CelerityException Unreadable(string path) => new(
        ErrorCodes.SettingOutOfRange,
        $"{path} cannot be read. Lists are written as Events:0, Events:1, of {string.Join(", ", Enum.GetNames<TaskEventKind>())}; times as 00:00:10, flags as true.");
}
