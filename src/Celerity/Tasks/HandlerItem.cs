namespace Celerity.Tasks;

/// <summary>One task as its handler is given it.</summary>
/// <param name="Payload">Its payload.</param>
/// <param name="Context">The attempt's facts.</param>
internal sealed record HandlerItem(object Payload, TaskContext Context);
