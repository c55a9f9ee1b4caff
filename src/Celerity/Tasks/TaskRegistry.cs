using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tasks;

/// <summary>The tasks that this app runs, by name. Filled while the app is set up.</summary>
internal sealed class TaskRegistry
{
    private static readonly MethodInfo MakeDefinition = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.Of))!;

    private readonly Dictionary<string, TaskDefinition> _tasks = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets every task, by name.</summary>
    public IEnumerable<TaskDefinition> Tasks => _tasks.Values.OrderBy(task => task.Settings.Name, StringComparer.Ordinal);

    public TaskDefinition? Find(string name) => _tasks.GetValueOrDefault(name);

    /// <summary>How much is stored of a task; of one that nobody knows, everything.</summary>
    public TaskTracking TrackingOf(string name) => Find(name)?.Settings.Tracking ?? TaskTracking.Full;

    /// <exception cref="CelerityException">CEL0201: there is no such task.</exception>
    public TaskDefinition Get(string name) => Find(name) ?? throw Unknown(name);

    public CelerityException Unknown(string name) => new(
        ErrorCodes.UnknownTask,
        $"There is no task '{name}'. This app runs {(_tasks.Count == 0 ? "none" : string.Join(", ", Tasks.Select(task => task.Settings.Name)))}.");

    /// <summary>Adds every handler of an assembly whose payload is a task.</summary>
    public void AddAll(Assembly assembly, IServiceCollection services)
    {
        foreach (var type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var payload in PayloadsOf(type).Where(payload => payload.IsDefined(typeof(CelerityTaskAttribute), inherit: false)))
            {
                Add(type, payload, services);
            }
        }
    }

    /// <summary>Adds one handler, for each task type that it handles.</summary>
    public void Add(Type handler, IServiceCollection services)
    {
        var payloads = PayloadsOf(handler).ToList();
        if (payloads.Count == 0)
        {
            throw new ArgumentException($"{handler} does not implement {typeof(ITaskHandler<>)}.", nameof(handler));
        }

        payloads.ForEach(payload => Add(handler, payload, services));
    }

    private static IEnumerable<Type> PayloadsOf(Type handler) => handler.GetInterfaces()
        .Where(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(ITaskHandler<>))
        .Select(candidate => candidate.GetGenericArguments()[0]);

    private void Add(Type handler, Type payload, IServiceCollection services)
    {
        var task = (TaskDefinition)MakeDefinition.MakeGenericMethod(payload, handler).Invoke(
            null, BindingFlags.DoNotWrapExceptions, binder: null, parameters: null, culture: null)!;
        if (Find(task.Settings.Name) is { } other && (other.HandlerType != handler || other.PayloadType != payload))
        {
            throw new CelerityException(
                ErrorCodes.DuplicateTask,
                $"The task '{task.Settings.Name}' has two handlers, {other.HandlerType.FullName} and {handler.FullName}. Rename one task or remove one handler.");
        }

        _tasks[task.Settings.Name] = task;
        services.TryAddTransient(handler);
    }
}
