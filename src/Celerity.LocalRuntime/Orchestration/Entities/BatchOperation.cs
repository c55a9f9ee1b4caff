using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>One operation of a batch as entity code sees it.</summary>
internal sealed class BatchOperation(
    OperationRequested requested, TaskEntityContext context, TaskEntityState state, DataConverter converter, bool keepsEffectsOfFailure)
    : TaskEntityOperation
{
    public override string Name => requested.Name;

    public override TaskEntityContext Context => context;

    public override TaskEntityState State => state;

    public override bool HasInput => requested.Input is not null;

    /// <summary>Gets a value indicating whether the state is kept as it was when the operation failed.</summary>
    public bool KeepsEffectsOfFailure => keepsEffectsOfFailure;

    public override object? GetInput(Type inputType) => converter.Deserialize(requested.Input, inputType);
}
