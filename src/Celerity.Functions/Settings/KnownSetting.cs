using System.Globalization;

namespace Celerity.Functions.Settings;

/// <summary>A setting that an app may have.</summary>
/// <param name="Key">Its key in configuration.</param>
/// <param name="Default">What holds without it, or <see langword="null"/> for nothing.</param>
/// <param name="Text">What it is, in a sentence.</param>
internal sealed record KnownSetting(string Key, string? Default, string Text)
{
    /// <summary>Makes that of an options class, whose default is what a new one has.</summary>
    public static KnownSetting Of<T>(string section, string property, string text)
        where T : new() =>
        new($"{section}:{property}", Convert.ToString(typeof(T).GetProperty(property)!.GetValue(new T()), CultureInfo.InvariantCulture), text);
}
