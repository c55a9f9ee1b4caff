using Celerity.LocalRuntime.Durable.Entities;

namespace Microsoft.DurableTask.Entities;

/// <summary>Finds the method that an operation names.</summary>
public static class TaskEntityOperationExtensions
{
    internal static EntityMethod? FindMethod(this TaskEntityOperation operation, object target) => EntityMethod.Find(operation, target);
}
