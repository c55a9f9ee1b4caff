using Microsoft.Extensions.Configuration;

namespace Celerity;

/// <summary>Reads the settings of one section of configuration, each by its name.</summary>
internal static class SettingSection
{
    /// <summary>Applies every setting of a section.</summary>
    /// <typeparam name="T">The options.</typeparam>
    /// <param name="section">The section.</param>
    /// <param name="options">What is set.</param>
    /// <param name="settings">The settings by name; each says whether it could read its text.</param>
    /// <param name="owner">Whose settings they are, such as <c>a task</c>.</param>
    /// <param name="forms">How values are written.</param>
    /// <exception cref="CelerityException">CEL0308: a setting is unknown or cannot be read.</exception>
    public static void Apply<T>(
        IConfigurationSection section, T options, IReadOnlyDictionary<string, Func<T, string, bool>> settings, string owner, string forms)
    {
        foreach (var setting in section.GetChildren())
        {
            if (!settings.TryGetValue(setting.Key, out var apply))
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange, $"{setting.Path} is no setting of {owner}. There are {string.Join(", ", settings.Keys)}.");
            }

            if (!apply(options, setting.Value ?? ""))
            {
                throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{setting.Path} is \"{setting.Value}\", which cannot be read. {forms}");
            }
        }
    }

    /// <summary>Reads a flag.</summary>
    public static bool TryRead(string text, Action<bool> set)
    {
        var isRead = bool.TryParse(text, out var value);
        set(value);
        return isRead;
    }

    /// <summary>Reads a name of an enumeration; its number is none.</summary>
    public static bool TryRead<T>(string text, Action<T> set)
        where T : struct, Enum
    {
        var isRead = Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]);
        set(value);
        return isRead;
    }
}
