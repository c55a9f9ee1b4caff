namespace Celerity.Live;

/// <summary>A setting of a task that can be changed while the app runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What is in force, written as in configuration; empty for no limit.</param>
/// <param name="Default">What code and configuration say.</param>
/// <param name="IsChanged">Whether it is set at run time.</param>
internal sealed record SettingView(string Name, string Value, string Default, bool IsChanged);
