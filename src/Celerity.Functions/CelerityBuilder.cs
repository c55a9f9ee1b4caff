using System.Reflection;
using Celerity.Schedules;
using Celerity.Stages;
using Celerity.Stages.Outputs;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity;

/// <summary>Adds an app's handlers and stages to Celerity.</summary>
public sealed class CelerityBuilder
{
    internal CelerityBuilder(IServiceCollection services, IReadOnlyList<Assembly> assemblies)
    {
        Services = services;
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            if (FindStage(type) is { } stage)
            {
                AddStage(type, stage);
            }
        }
    }

    /// <summary>Gets the app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a handler that lies outside of the assemblies given to <c>AddCelerity</c>. It is made anew for each attempt.</summary>
    /// <typeparam name="THandler">A class that implements <see cref="ITaskHandler{TTask}"/> or <see cref="IBatchHandler{TTask}"/>, for one task or several.</typeparam>
    /// <exception cref="CelerityException">CEL0204: another handler runs the same task; CEL0205, CEL0206: the task is set up wrongly.</exception>
    public CelerityBuilder AddHandler<THandler>()
        where THandler : class
    {
        Services.AddCelerityHandler(typeof(THandler));
        return this;
    }

    /// <summary>Adds a validator of results that lies outside of the assemblies given to <c>AddCelerity</c>. It is made anew for each attempt.</summary>
    /// <typeparam name="TValidator">A class that implements <see cref="IResultValidator{TTask, TResult}"/>, for one task or several.</typeparam>
    /// <remarks>Where no handler returns the result that it judges, the app does not start (CEL0216).</remarks>
    public CelerityBuilder AddResultValidator<TValidator>()
        where TValidator : class
    {
        Services.AddCelerityResultValidator(typeof(TValidator));
        return this;
    }

    /// <summary>Sets a task by code: after its attribute, before configuration.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="CelerityException">CEL0205: a value is out of range; CEL0206: the type is no task.</exception>
    public CelerityBuilder ConfigureTask<TTask>(Action<CelerityTaskOptions> configure)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.ConfigureCelerityTask(typeof(TTask), configure);
        return this;
    }

    /// <summary>Adds a stage that lies outside of the assemblies given to <c>AddCelerity</c>. It is a singleton; its constructor's services are injected.</summary>
    /// <typeparam name="TStage">A class that implements <see cref="IStage{TPartial, TResult}"/> or <see cref="ITransform{TRecord}"/>.</typeparam>
    /// <exception cref="CelerityException">CEL0330, when the app starts: what it writes cannot be written so.</exception>
    public CelerityBuilder AddStage<TStage>()
        where TStage : class
    {
        AddStage(typeof(TStage), FindStage(typeof(TStage)) ?? throw new ArgumentException($"{typeof(TStage)} does not implement {typeof(IStage<,>)} or {typeof(ITransform<>)}."));
        return this;
    }

    /// <summary>Adds a source of datasets, which a request names in <see cref="DatasetSource.ChunkSource"/>. It is a singleton; its constructor's services are injected.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    /// <param name="name">Its name; case matters.</param>
    public CelerityBuilder AddChunkSource<TSource>(string name)
        where TSource : class, IChunkSource
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Services.AddSingleton(services => new ChunkSourceEntry(name, ActivatorUtilities.CreateInstance<TSource>(services)));
        return this;
    }

    /// <summary>Adds a queue of the app's own for tasks. It is created, with its held and poison queues, and drained like the three that are there.</summary>
    /// <remarks>A function has to listen to it: three lines, see <see cref="QueuedTasks"/>.</remarks>
    /// <param name="queue">Its name: 3 to 56 of lower-case letters, digits and single hyphens.</param>
    /// <exception cref="CelerityException">CEL0231: no queue can have that name.</exception>
    public CelerityBuilder AddQueue(string queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        Services.GetOrAddInstance<TaskQueues>().Add(queue);
        return this;
    }

    /// <summary>Sends tasks to a queue by their names, unless a send says otherwise. The most exact rule wins: a whole name, then the longest beginning.</summary>
    /// <param name="tasks">A task's name, a beginning such as <c>invoices.*</c>, or <c>*</c> for all.</param>
    /// <param name="queue">One of the three queues, or one that was added before.</param>
    /// <exception cref="CelerityException">CEL0231: there is no such queue; CEL0308: the pattern is none.</exception>
    public CelerityBuilder AddRoute(string tasks, string queue)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(queue);
        Services.GetOrAddInstance<TaskQueues>().Route(tasks, queue);
        return this;
    }

    /// <summary>Adds an HTTP endpoint that is told what happens to tasks; <c>Celerity:Webhooks:{name}</c> does the same.</summary>
    /// <param name="name">Its name: 1 to 50 of letters, digits, <c>. _ -</c>. It is part of each event's id: renamed, it is another webhook.</param>
    /// <param name="configure">Sets it.</param>
    /// <exception cref="CelerityException">CEL0240: it is set up wrongly, or there is one of that name.</exception>
    public CelerityBuilder AddWebhook(string name, Action<WebhookOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new WebhookOptions();
        configure(options);
        Services.AddCelerityWebhook(name, options);
        return this;
    }

    /// <summary>Adds a schedule, which sends a task or starts a pipeline by itself; <c>Celerity:Schedules:{name}</c> does the same.</summary>
    /// <param name="name">Its name: 1 to 50 of letters, digits, <c>. _ -</c>. What it fires has ids that follow from it: renamed, it is another schedule.</param>
    /// <param name="configure">Sets it.</param>
    /// <exception cref="CelerityException">CEL0290: it is set up wrongly, or there is one of that name.</exception>
    public CelerityBuilder AddSchedule(string name, Action<ScheduleOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ScheduleOptions();
        configure(options);
        Services.AddCeleritySchedule(name, options, ScheduleSource.Code);
        return this;
    }

    /// <summary>Adds a schedule that sends <paramref name="task"/>.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="name">Its name, as above.</param>
    /// <param name="task">The task, the same each time. What follows from the time the handler takes from the header <c>schedule-due</c>.</param>
    /// <param name="configure">Sets when.</param>
    /// <exception cref="CelerityException">CEL0206: the type is no task; CEL0290: it is set up wrongly, or there is one of that name.</exception>
    public CelerityBuilder AddSchedule<TTask>(string name, TTask task, Action<ScheduleOptions> configure)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return AddSchedule(name, schedule =>
        {
            schedule.Task = TaskOptionsSource.AttributeOf(task.GetType()).Name;
            schedule.Payload = TaskPayload.Write(task).GetRawText();
            configure(schedule);
        });
    }

    private static Type? FindStage(Type type) =>
        Array.Find(type.GetInterfaces(), candidate => candidate.IsGenericType && RunnerOf(candidate) is not null);

    private static Type? RunnerOf(Type stage) => stage.GetGenericTypeDefinition() switch
    {
        var definition when definition == typeof(IStage<,>) => typeof(StageRunner<,>),
        var definition when definition == typeof(ITransform<>) => typeof(TransformRunner<>),
        _ => null,
    };

    private void AddStage(Type type, Type stage)
    {
        Services.GetOrAddInstance<TaskRegistry>().Stages.Add(type);
        var runner = RunnerOf(stage)!.MakeGenericType(stage.GetGenericArguments());
        Services.AddSingleton(services => (IStageRunner)Activator.CreateInstance(
            runner, BindingFlags.DoNotWrapExceptions, binder: null, [StageRegistry.NameOf(type), ActivatorUtilities.CreateInstance(services, type)], culture: null)!);
    }
}
