using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>Writes entity ids, of which <see langword="default"/> is none.</summary>
internal static class EntityIds
{
    /// <exception cref="ArgumentException">The id names no entity.</exception>
    public static string TextOf(EntityInstanceId id) => string.IsNullOrEmpty(id.Name)
        ? throw new ArgumentException("The entity id is empty: make one with a name and a key.", nameof(id))
        : id.ToString();
}
