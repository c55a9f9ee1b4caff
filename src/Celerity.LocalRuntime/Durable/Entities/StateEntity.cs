using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Durable.Entities;

/// <summary>An entity that is its state: the state's public methods are the operations.</summary>
internal sealed class StateEntity<T> : TaskEntity<T>
{
    protected override bool AllowStateDispatch => true;
}
