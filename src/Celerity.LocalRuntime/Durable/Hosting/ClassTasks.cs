using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Makes functions of tasks that are classes or delegates: they are listed, can be disabled, and pass through middleware.</summary>
internal static class ClassTasks
{
    /// <summary>The activities, orchestrators and entities among <paramref name="types"/> that carry <see cref="DurableTaskAttribute"/>.</summary>
    public static IEnumerable<FunctionDescriptor> Of(IEnumerable<Type> types) => types
        .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsDefined(typeof(DurableTaskAttribute), inherit: false))
        .SelectMany(Describe);

    /// <summary>The tasks that the app registered in code.</summary>
    public static IEnumerable<FunctionDescriptor> Of(DurableTaskRegistry registry) =>
    [
        .. registry.Activities.Select(task => Activity(task.Name, task.Version, RunMethod(typeof(ITaskActivity)), task.Value)),
        .. registry.Orchestrators.Select(task => Orchestrator(task.Name, task.Version, RunMethod(typeof(ITaskOrchestrator)), task.Value)),
        .. registry.Entities.Select(task => Entity(task.Name, task.Value)),
    ];

    private static IEnumerable<FunctionDescriptor> Describe(Type type)
    {
        var registry = new DurableTaskRegistry();
        if (type.IsAssignableTo(typeof(ITaskActivity)))
        {
            var (name, version, factory) = registry.AddActivity(type).Activities.Single();
            yield return Activity(name, version, RunMethod(type), factory);
        }
        else if (type.IsAssignableTo(typeof(ITaskOrchestrator)))
        {
            var (name, version, factory) = registry.AddOrchestrator(type).Orchestrators.Single();
            yield return Orchestrator(name, version, RunMethod(type), factory);
        }
        else if (type.IsAssignableTo(typeof(ITaskEntity)))
        {
            var (name, _, factory) = registry.AddEntity(type).Entities.Single();
            yield return Entity(name, factory);
        }
    }

    private static FunctionDescriptor Activity(string name, string version, MethodInfo run, Func<IServiceProvider, object> create) =>
        new(FunctionName(name, version), run, TriggerPosition: 1, new ActivityTriggerAttribute { Activity = name })
        {
            CreateTask = create,
            TaskVersion = version,
        };

    private static FunctionDescriptor Orchestrator(string name, string version, MethodInfo run, Func<IServiceProvider, object> create) =>
        new(FunctionName(name, version), run, TriggerPosition: 0, new OrchestrationTriggerAttribute { Orchestration = name })
        {
            CreateTask = create,
            TaskVersion = version,
        };

    private static FunctionDescriptor Entity(string name, Func<IServiceProvider, object> create)
    {
        var run = typeof(ITaskEntity).GetMethod(nameof(ITaskEntity.RunAsync))!;
        return new(name, run, TriggerPosition: 0, new EntityTriggerAttribute { EntityName = name }) { CreateTask = create };
    }

    // Functions have one name and no version.
    private static string FunctionName(string name, string version) => version.Length == 0 ? name : $"{name}-{version}";

    private static MethodInfo RunMethod(Type type) =>
        type.GetMethods().FirstOrDefault(method => method.Name == nameof(ITaskActivity.RunAsync)
            && method.GetParameters() is [var context, _]
            && (context.ParameterType == typeof(TaskActivityContext) || context.ParameterType == typeof(TaskOrchestrationContext)))
        ?? RunMethod(type.IsAssignableTo(typeof(ITaskActivity)) ? typeof(ITaskActivity) : typeof(ITaskOrchestrator));
}
