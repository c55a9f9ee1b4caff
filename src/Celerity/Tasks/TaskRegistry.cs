using System.Collections.Concurrent;
using System.Reflection;
using Celerity.Stages;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tasks;

/// <summary>The tasks that this app runs, by name, and what tasks are set to. Filled while the app is set up.</summary>
internal sealed class TaskRegistry
{
    // How a definition is made, by what a handler implements.
    private static readonly Dictionary<Type, MethodInfo> Makers = new()
    {
        [typeof(ITaskHandler<>)] = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.Of))!,
        [typeof(ITaskHandler<,>)] = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.WithResult))!,
        [typeof(IBatchHandler<>)] = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.OfBatch))!,
        [typeof(IBatchHandler<,>)] = typeof(TaskDefinition).GetMethod(nameof(TaskDefinition.OfBatchWithResult))!,
    };

    private readonly Dictionary<string, TaskDefinition> _tasks = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Type, List<Action<CelerityTaskOptions>>> _code = [];
    private readonly ConcurrentDictionary<Type, TaskSettings> _settings = [];
    private readonly Dictionary<string, Type> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _circuits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(Type Validator, Type Service)> _validators = [];
    private IConfiguration? _configuration;
    private TimeSpan? _longestTimeLimit;

    /// <summary>Gets every task, by name.</summary>
    public IEnumerable<TaskDefinition> Tasks => _tasks.Values.OrderBy(task => task.Settings.Name, StringComparer.Ordinal);

    /// <summary>Gets what limits the app's stages.</summary>
    public StageLimits Stages { get; } = new();

    /// <summary>Gets the circuits that the tasks and stages of this app need.</summary>
    public IReadOnlyList<string> Circuits => Ordered(Tasks.Select(task => task.Settings.Circuit).OfType<string>().Concat(Stages.Circuits));

    /// <summary>Gets the circuits of all tasks that are known here, be they only sent.</summary>
    public IReadOnlyList<string> KnownCircuits => Ordered([.. _circuits, .. _settings.Values.Select(task => task.Circuit).OfType<string>(), .. Stages.Circuits]);

    public TaskDefinition? Find(string name) => _tasks.GetValueOrDefault(name);

    /// <summary>Finds the type of a task's payload, whether this app runs the task or only sends it.</summary>
    public Type? FindPayload(string name) => Find(name)?.PayloadType ?? _known.GetValueOrDefault(name);

    /// <summary>How much is stored of a task; of one that nobody knows, everything.</summary>
    public TaskTracking TrackingOf(string name) => Find(name)?.Settings.Tracking ?? TaskTracking.Full;

    /// <summary>What a task is set to, whether this app runs it or only sends it.</summary>
    /// <exception cref="CelerityException">CEL0206: the type is no task; CEL0205, CEL0308: it is set up wrongly.</exception>
    public TaskSettings SettingsOf(Type type) => _settings.GetOrAdd(type, ReadSettings);

    /// <exception cref="CelerityException">CEL0201: there is no such task.</exception>
    public TaskDefinition Get(string name) => Find(name) ?? throw Unknown(name);

    /// <summary>The same for whoever sends tasks by name: Celerity's own are not for them.</summary>
    /// <exception cref="CelerityException">CEL0201: there is no such task.</exception>
    public TaskDefinition GetSendable(string name) => Find(name) is { IsInternal: false } task ? task : throw Unknown(name);

    public CelerityException Unknown(string name) => new(
        ErrorCodes.UnknownTask,
        $"There is no task '{name}'. This app runs {string.Join(", ", Tasks.Where(task => !task.IsInternal).Select(task => task.Settings.Name).DefaultIfEmpty("none"))}.");

    /// <summary>Takes settings from configuration, and the host's limit for a function. Before tasks are added.</summary>
    public void Use(IConfiguration configuration, TimeSpan? longestTimeLimit)
    {
        (_configuration, _longestTimeLimit) = (configuration, longestTimeLimit);
        Stages.Use(configuration, longestTimeLimit);
    }

    /// <summary>Sets a task by code.</summary>
    public void Configure(Type type, Action<CelerityTaskOptions> configure)
    {
        if (!_code.TryGetValue(type, out var code))
        {
            _code[type] = code = [];
        }

        code.Add(configure);
        _settings.TryRemove(type, out _);
        var settings = SettingsOf(type);
        if (Find(settings.Name) is { } task && task.PayloadType == type)
        {
            _tasks[settings.Name] = WithinFunctionTimeout(task with { Settings = settings });
        }
    }

    /// <summary>Adds every handler of an assembly whose payload is a task, and every validator of such a task's results.</summary>
    public void AddAll(Assembly assembly, IServiceCollection services)
    {
        foreach (var type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<CelerityTaskAttribute>(inherit: false) is { } attribute)
            {
                _known[attribute.Name] = type;
                _circuits.UnionWith(attribute.Circuit is { } circuit ? [circuit] : []);
            }
        }

        foreach (var type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var service in ValidatedBy(type).Where(service => service.GenericTypeArguments[0].IsDefined(typeof(CelerityTaskAttribute), inherit: false)))
            {
                AddValidator(type, service, services);
            }

            foreach (var handled in HandledBy(type).Where(handled => handled.GenericTypeArguments[0].IsDefined(typeof(CelerityTaskAttribute), inherit: false)))
            {
                Add(type, handled, services);
            }
        }
    }

    /// <summary>Adds one handler, for each task type that it handles.</summary>
    public void Add(Type handler, IServiceCollection services)
    {
        var handled = HandledBy(handler).ToList();
        if (handled.Count == 0)
        {
            throw new ArgumentException($"{handler} implements neither {typeof(ITaskHandler<>)} nor {typeof(IBatchHandler<>)}.", nameof(handler));
        }

        handled.ForEach(service => Add(handler, service, services));
    }

    /// <summary>Adds one validator, for each result type that it judges.</summary>
    public void AddValidator(Type validator, IServiceCollection services)
    {
        var judged = ValidatedBy(validator).ToList();
        if (judged.Count == 0)
        {
            throw new ArgumentException($"{validator} does not implement {typeof(IResultValidator<,>)}.", nameof(validator));
        }

        judged.ForEach(service => AddValidator(validator, service, services));
    }

    /// <summary>Checks what can be checked only once everything has been added.</summary>
    /// <exception cref="CelerityException">
    /// CEL0201: configuration sets a task that is not known; CEL0231: a task goes to a queue that is not there; CEL0216: nobody would ask a
    /// validator, because no handler returns what it judges.
    /// </exception>
    public void Check(TaskQueues queues)
    {
        CheckSections();
        Stages.Check();
        foreach (var task in _settings.Values)
        {
            CheckQueue(task, queues);
        }

        foreach (var (validator, service) in _validators)
        {
            var (task, result) = (service.GenericTypeArguments[0], service.GenericTypeArguments[1]);
            if (!_tasks.Values.Any(definition => definition.PayloadType == task && definition.ResultType == result))
            {
                throw new CelerityException(
                    ErrorCodes.ValidatorWithoutHandler,
                    $"{validator.FullName} judges results of {task.FullName} that are {result.FullName}, but no handler is an ITaskHandler<{task.Name}, {result.Name}> or IBatchHandler<{task.Name}, {result.Name}>. "
                    + "Give it the handler's result type, or remove it.");
            }
        }
    }

    // A section that names no task would set nothing, without a word.
    private void CheckSections()
    {
        var known = _known.Keys.Concat(_settings.Values.Select(task => task.Name)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (Sections().FirstOrDefault(section => !known.Exists(name => IsSectionOf(section, name))) is { } unknown)
        {
            var names = known.Where(name => Find(name) is not { IsInternal: true }).DefaultIfEmpty("none");
            throw new CelerityException(
                ErrorCodes.UnknownTask,
                $"{unknown.Path} sets a task that this app does not know. It knows {string.Join(", ", names)}. "
                + "Correct the name or remove the section; a task from elsewhere that is only sent is made known by ConfigureTask.");
        }
    }

    private static void CheckQueue(TaskSettings task, TaskQueues queues)
    {
        try
        {
            _ = queues.Choose(task, new EnqueueOptions());
        }
        catch (CelerityException exception)
        {
            throw new CelerityException(exception.Code, $"The task '{task.Name}' has the queue '{task.Queue}'. {exception.Detail}", exception);
        }
    }

    private static IEnumerable<Type> ValidatedBy(Type validator) => validator.GetInterfaces()
        .Where(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IResultValidator<,>));

    private void AddValidator(Type validator, Type service, IServiceCollection services)
    {
        _validators.Add((validator, service));
        services.TryAddEnumerable(ServiceDescriptor.Transient(service, validator));
    }

    private static IEnumerable<Type> HandledBy(Type handler) => handler.GetInterfaces()
        .Where(candidate => candidate.IsGenericType && Makers.ContainsKey(candidate.GetGenericTypeDefinition()));

    private void Add(Type handler, Type handled, IServiceCollection services)
    {
        var settings = SettingsOf(handled.GenericTypeArguments[0]);
        var make = Makers[handled.GetGenericTypeDefinition()];
        var task = WithinFunctionTimeout((TaskDefinition)make.MakeGenericMethod([.. handled.GenericTypeArguments, handler]).Invoke(null, [settings])!);
        if (Find(settings.Name) is { } other && (other.HandlerType != handler || other.PayloadType != task.PayloadType || other.ResultType != task.ResultType
            || other.IsBatched != task.IsBatched))
        {
            throw new CelerityException(
                ErrorCodes.DuplicateTask,
                $"The task '{settings.Name}' has two handlers, {other.HandlerType.FullName} and {handler.FullName}. Rename one task or remove one handler.");
        }

        _tasks[settings.Name] = task;
        services.TryAddTransient(handler);
    }

    // The host counts the wait for a batch to fill as the function's time too.
    private TaskDefinition WithinFunctionTimeout(TaskDefinition task)
    {
        var settings = task.Settings;
        if (!task.IsBatched || _longestTimeLimit is not { } longest || settings.TimeLimit + settings.BatchWait <= longest)
        {
            return task;
        }

        return settings.BatchWait < longest
            ? task with { Settings = settings with { TimeLimit = longest - settings.BatchWait } }
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"The task '{settings.Name}' waits up to {settings.BatchWait} for its batch, but the host ends a function after {longest}. "
                + $"Lower {TaskOptionsSource.Section}:{settings.Name}:{nameof(CelerityTaskOptions.BatchWait)} or raise functionTimeout in host.json.");
    }

    /// <summary>What a task is set to with settings laid over all that code and configuration say.</summary>
    /// <exception cref="CelerityException">CEL0308: a setting is unknown, cannot be changed at run time, or is out of range.</exception>
    public TaskSettings SettingsWith(TaskDefinition task, IReadOnlyDictionary<string, string> settings) => WithinFunctionTimeout(task with
    {
        Settings = ReadSettings(task.PayloadType, options => TaskOptionsSource.ApplyLive(task.Settings.Name, settings, options)),
    }).Settings;

    private TaskSettings ReadSettings(Type type) => ReadSettings(type, _ => { });

    private TaskSettings ReadSettings(Type type, Action<CelerityTaskOptions> last)
    {
        var options = TaskOptionsSource.ReadAttribute(type);
        foreach (var configure in _code.GetValueOrDefault(type) ?? [])
        {
            TaskOptionsSource.ApplyCode(type, options, configure);
        }

        var name = TaskOptionsSource.AttributeOf(type).Name;
        if (FindSection(name) is { } section)
        {
            TaskOptionsSource.ApplyConfiguration(section, options);
        }

        last(options);
        return options.TimeLimit <= (_longestTimeLimit ?? options.TimeLimit)
            ? TaskSettings.From(type, options)
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"The task '{name}' has a time limit of {options.TimeLimit}, but the host ends a function after {_longestTimeLimit}. "
                + $"Lower {TaskOptionsSource.Section}:{name}:{nameof(options.TimeLimit)} or raise functionTimeout in host.json.");
    }

    // An environment variable's name has no dots or hyphens, so there a task's name is written with underscores.
    public static bool IsSectionOf(IConfigurationSection section, string name) => string.Equals(section.Key, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(section.Key, name.Replace('.', '_').Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    private static List<string> Ordered(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal).Distinct(StringComparer.OrdinalIgnoreCase)];

    private IConfigurationSection? FindSection(string name) => Sections().FirstOrDefault(section => IsSectionOf(section, name));

    private IEnumerable<IConfigurationSection> Sections() => _configuration?.GetSection(TaskOptionsSource.Section).GetChildren() ?? [];
}
