using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>Makes the tasks of a registry.</summary>
internal sealed class RegisteredTaskFactory(DurableTaskRegistry registry) : IDurableTaskFactory2
{
    public DurableTaskRegistry Registry => registry;

    public bool TryCreateActivity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskActivity? activity)
    {
        activity = registry.Activities.Find(name, string.Empty)?.Invoke(serviceProvider);
        return activity is not null;
    }

    public bool TryCreateOrchestrator(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator)
    {
        orchestrator = registry.Orchestrators.Find(name, string.Empty)?.Invoke(serviceProvider);
        return orchestrator is not null;
    }

    public bool TryCreateEntity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskEntity? entity)
    {
        entity = registry.Entities.Find(name, string.Empty)?.Invoke(serviceProvider);
        return entity is not null;
    }
}
