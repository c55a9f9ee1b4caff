namespace Celerity.Holding;

/// <summary>A look through what a queue holds.</summary>
/// <param name="Moved">How many tasks were moved back.</param>
/// <param name="Left">How many messages stay, as something still holds all of their tasks.</param>
/// <param name="IsDone">Whether it came to the end, each message seen once.</param>
internal readonly record struct HeldLook(int Moved, int Left, bool IsDone);
