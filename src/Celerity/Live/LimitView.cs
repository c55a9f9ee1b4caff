namespace Celerity.Live;

/// <summary>What limits a task now.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Queue">Where it goes unless a send says otherwise.</param>
/// <param name="Rate">How many may start in a time, or <see langword="null"/>.</param>
/// <param name="Concurrency">How many may run at once, or <see langword="null"/>.</param>
/// <param name="Circuit">The circuit that it needs, or <see langword="null"/>.</param>
/// <param name="IsPaused">Whether it is paused by its name.</param>
/// <param name="Settings">What can be changed while the app runs, and what is in force of it.</param>
internal sealed record LimitView(string Task, string Queue, string? Rate, int? Concurrency, string? Circuit, bool IsPaused, IReadOnlyList<SettingView> Settings);
