namespace Celerity.Functions.Settings;

/// <summary>A setting as it is in force.</summary>
/// <param name="Key">Its key in configuration.</param>
/// <param name="Value">What is in force; masked where it may be a secret.</param>
/// <param name="Default">What holds without it.</param>
/// <param name="IsSet">Whether it is set.</param>
/// <param name="Text">What it is.</param>
internal sealed record SettingEntry(string Key, string? Value, string? Default, bool IsSet, string Text);
