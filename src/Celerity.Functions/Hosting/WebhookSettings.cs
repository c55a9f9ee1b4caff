using Celerity.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Webhooks:{name}</c>, and refuses what cannot be.</summary>
internal static class WebhookSettings
{
    private const string Section = "Celerity:Webhooks";

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

        try
        {
            return section.Get<WebhookOptions>() ?? new WebhookOptions();
        }
        catch (InvalidOperationException exception)
        {
            // Without the exception: it quotes what was found, and an address is not for the log.
            var names = exception.Message.Split('\'').FirstOrDefault(part => part.StartsWith(section.Path, StringComparison.OrdinalIgnoreCase));
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"{names ?? section.Path} cannot be read. Events are {string.Join(", ", Enum.GetNames<TaskEventKind>())}, times are written as 00:00:10, flags as true.");
        }
    }
}
