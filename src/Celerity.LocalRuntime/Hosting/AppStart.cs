using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>The surroundings of an app that a test starts in its own process: given here, not taken from the process that others share.</summary>
internal sealed record AppStart
{
    private static readonly AsyncLocal<AppStart?> Ambient = new();

    /// <summary>Gets or sets the start that goes on in this flow of execution; <see langword="null"/> is an ordinary one.</summary>
    public static AppStart? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Gets the folder of host.json.</summary>
    public required string Folder { get; init; }

    public required string EnvironmentName { get; init; }

    /// <summary>Gets the app settings, those of local.settings.json among them.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    public void AddHostSettings(IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(
    [
        new(HostDefaults.ContentRootKey, Folder),
        new(HostDefaults.EnvironmentKey, EnvironmentName),
    ]);

    // Names are those of environment variables, where "__" stands for a level.
    public void AddSettings(IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(
        Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), setting.Value)));
}
