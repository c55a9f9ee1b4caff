using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Worker;

/// <summary>Makes the entities of a worker too.</summary>
public interface IDurableTaskFactory2 : IDurableTaskFactory
{
    bool TryCreateEntity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskEntity? entity);
}
