namespace Celerity.DeadLetters.Actions;

/// <summary>What comes after a step of an action.</summary>
/// <param name="IsOver">Whether the action has ended.</param>
/// <param name="Wait">How long to wait before the next step.</param>
internal readonly record struct ActionStep(bool IsOver, TimeSpan Wait)
{
    public static ActionStep Over { get; } = new(IsOver: true, TimeSpan.Zero);

    public static ActionStep GoOn { get; } = new(IsOver: false, TimeSpan.Zero);

    public static ActionStep After(TimeSpan wait) => new(IsOver: false, wait);
}
