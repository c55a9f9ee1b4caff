namespace Celerity.Slots;

/// <summary>The slots of a task as one process knows them.</summary>
/// <param name="Task">The task or stage, in lower case.</param>
/// <param name="Held">How many the process holds.</param>
/// <param name="Slots">How many there are, for all processes together.</param>
internal sealed record SlotUse(string Task, int Held, int Slots);
