using System.Reflection;
using System.Text.RegularExpressions;

namespace Celerity.Tasks;

/// <summary>The app's tasks by name.</summary>
internal sealed partial class TaskRegistry
{
    private const double MaxBackoffSeconds = 6 * 24 * 3600;

    private static readonly MethodInfo Make = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.Make))!;

    private readonly Dictionary<string, TaskDefinition> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Type, TaskDefinition> _byPayload = [];

    /// <summary>Finds the handlers in <paramref name="assemblies"/>.</summary>
    /// <exception cref="CelerityException">CEL0204, CEL0205: two share a name, or one is badly set up.</exception>
    public TaskRegistry(IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(assembly => assembly.GetExportedTypes()))
    {
    }

    public TaskRegistry(IEnumerable<Type> types)
    {
        foreach (var handler in types.Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var contract in handler.GetInterfaces().Where(contract =>
                contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ITaskHandler<>)))
            {
                Add(contract.GetGenericArguments()[0], handler);
            }
        }
    }

    public IEnumerable<TaskDefinition> All => _byName.Values.OrderBy(task => task.Name, StringComparer.Ordinal);

    public TaskDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="CelerityException">CEL0201: there is no such task.</exception>
    public TaskDefinition Get(string name) => Find(name) ?? throw new CelerityException(
        ErrorCodes.UnknownTask, $"There is no task of that name. The app has: {string.Join(", ", All.Select(task => task.Name))}.");

    /// <exception cref="CelerityException">CEL0201: no handler takes this type.</exception>
    public TaskDefinition Get(Type payload) => _byPayload.GetValueOrDefault(payload) ?? throw new CelerityException(
        ErrorCodes.UnknownTask, $"No handler takes {payload}. Add a class that implements ITaskHandler<{payload.Name}>.");

    private void Add(Type payload, Type handler)
    {
        var attribute = payload.GetCustomAttribute<CelerityTaskAttribute>() ?? throw Wrong(
            $"{handler} handles {payload}, which has no [CelerityTask(\"name\")].");
        Check(attribute, payload);
        var task = (TaskDefinition)Make.MakeGenericMethod(payload, handler).Invoke(null, [attribute])!;
        if (!_byName.TryAdd(task.Name, task))
        {
            throw new CelerityException(
                ErrorCodes.DuplicateTask, $"{_byName[task.Name].HandlerType} and {handler} both handle the task '{task.Name}'. Rename one of the tasks.");
        }

        _byPayload[payload] = task;
    }

    private static void Check(CelerityTaskAttribute task, Type payload)
    {
        if (!Name().IsMatch(task.Name))
        {
            throw Wrong($"The task name '{task.Name}' of {payload} must be 1 to 100 of letters, digits, '.', '_' and '-'.");
        }

        if (task.MaxAttempts is < 1 or > 1000)
        {
            throw Wrong($"MaxAttempts of {payload} is {task.MaxAttempts}; it must be 1 to 1,000.");
        }

        if (task.BackoffSeconds is < 0.001 or > 86_400 || task.MaxBackoffSeconds < task.BackoffSeconds || task.MaxBackoffSeconds > MaxBackoffSeconds)
        {
            throw Wrong($"The backoff of {payload} is {task.BackoffSeconds} to {task.MaxBackoffSeconds} seconds; it must start at 0.001 to 86,400 and end at no less and at most {MaxBackoffSeconds:N0}.");
        }
    }

    private static CelerityException Wrong(string message) => new(ErrorCodes.BadTask, message);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}$")]
    private static partial Regex Name();
}
