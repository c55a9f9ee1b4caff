using System.Reflection;
using System.Text.Json;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The app's orchestrator, activity and entity functions as the engine calls them.</summary>
internal sealed class DurableFunctions(
    IFunctionInvoker invoker,
    DataConverter converter,
    DurableSettings settings,
    DurableHttpActivity http,
    DurableTaskWorkerOptions options,
    IExceptionPropertiesProvider? exceptionProperties) : ITaskCode
{
    private readonly VersionedTasks<FunctionDescriptor> _orchestrators = new("orchestrator");
    private readonly VersionedTasks<FunctionDescriptor> _activities = new("activity");
    private readonly Dictionary<string, FunctionDescriptor> _entities = new(StringComparer.OrdinalIgnoreCase);

    public EpisodeRules Rules { get; } = new()
    {
        HttpPollInterval = settings.HttpPollInterval,
        LongestTimer = options.MaximumTimerInterval,
        SubOrchestrationVersion = settings.Client.DefaultVersion,
        ExceptionProperties = exceptionProperties,
    };

    public bool IsEmpty => !_orchestrators.Any() && !_activities.Any() && _entities.Count == 0;

    public void Add(IReadOnlyList<FunctionDescriptor> functions)
    {
        foreach (var function in functions)
        {
            switch (function.TriggerAttribute)
            {
                case OrchestrationTriggerAttribute trigger:
                    _orchestrators.Add(trigger.Orchestration ?? function.Name, function.TaskVersion, function);
                    break;
                case ActivityTriggerAttribute trigger:
                    _activities.Add(trigger.Activity ?? function.Name, function.TaskVersion, function);
                    break;
                case EntityTriggerAttribute trigger:
                    _entities.Add(trigger.EntityName ?? function.Name, function);
                    break;
            }
        }
    }

    public bool HasOrchestrator(string name) => _orchestrators.Contains(name);

    public bool HasActivity(string name) => _activities.Contains(name);

    public ValueTask<TaskFailureDetails?> RefuseOrchestrationAsync(ExecutionStarted started, CancellationToken cancellationToken) => ValueTask.FromResult(
        VersionMatch.RefusalOf(started.Version, settings.Versioning)
        ?? (_orchestrators.Find(started.Name, started.Version) is null ? UnknownFunction.Failure(started.Name, "orchestrator") : null));

    public TaskFailureDetails? RefuseActivity(ActivityCall call) =>
        _activities.Find(call.Name, call.Version) is null && !DurableHttpActivity.Is(call.Name) ? UnknownFunction.Failure(call.Name, "activity") : null;

    public TaskFailureDetails? RefuseEntity(string name) => _entities.ContainsKey(name) ? null : UnknownFunction.Failure(name, "entity");

    public Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken)
    {
        var function = _orchestrators.Find(episode.Started.Name, episode.Started.Version)!;
        var input = InputOf(function);
        return InvokeAsync(
            function,
            new InvocationRequest
            {
                TriggerValue = episode.Context,
                TraceParent = episode.Started.TraceParent,
                BindingData = BindingData(episode.Context.InstanceId),
                Bind = parameter => parameter.ParameterType.IsAssignableFrom(typeof(OrchestratorContext)) && parameter == function.Trigger
                    ? new ParameterValue(episode.Context)
                    : parameter == input ? new ParameterValue(episode.Context.ReadInput(parameter.ParameterType)) : null,
                Body = function.CreateTask is { } create ? context => RunTaskAsync((ITaskOrchestrator)create(context.InstanceServices), episode.Context) : null,
                Prepare = context => episode.Context.Caller = context,
                RunBody = episode.RunAsync,
            },
            cancellationToken);
    }

    public async Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        if (DurableHttpActivity.Is(call.Name))
        {
            return converter.Serialize(await http.RunAsync(converter.Deserialize<DurableHttpRequest>(call.Input)!, cancellationToken).ConfigureAwait(false));
        }

        var function = _activities.Find(call.Name, call.Version)!;
        var result = await InvokeAsync(
            function,
            new InvocationRequest
            {
                TriggerValue = call.Input,
                BindingData = BindingData(call.InstanceId),
                Body = function.CreateTask is { } create ? context => RunTaskAsync((ITaskActivity)create(context.InstanceServices), call) : null,
                Bind = parameter => parameter == function.Trigger ? new ParameterValue(Read(call.Input, parameter.ParameterType, call.Name)) : null,
            },
            cancellationToken).ConfigureAwait(false);
        return converter.Serialize(result);
    }

    public Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        var function = _entities[batch.Id.Name];
        return InvokeAsync(
            function,
            new InvocationRequest
            {
                TriggerValue = batch.Id.ToString(),
                BindingData = BindingData(batch.Id.ToString()),
                Features = new Dictionary<Type, object> { [typeof(EntityBatch)] = batch },
                Body = function.CreateTask is { } create ? context => RunTaskAsync((ITaskEntity)create(context.InstanceServices), batch) : null,
            },
            cancellationToken);
    }

    private static Task<object?> RunTaskAsync(ITaskOrchestrator orchestrator, OrchestratorContext context) =>
        orchestrator.RunAsync(context, context.ReadInput(orchestrator.InputType));

    private Task<object?> RunTaskAsync(ITaskActivity activity, ActivityCall call) =>
        activity.RunAsync(new ActivityCallContext(call), Read(call.Input, activity.InputType, call.Name));

    private static async Task<object?> RunTaskAsync(ITaskEntity entity, EntityBatch batch)
    {
        await batch.RunAsync(entity.RunAsync).ConfigureAwait(false);
        return null;
    }

    // A timeout says nothing about the code's result; the host runs such work again.
    private async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await invoker.InvokeAsync(function, request, cancellationToken).ConfigureAwait(false);
        }
        catch (FunctionTimeoutException exception)
        {
            throw new WorkAbandonedException(exception);
        }
    }

    private static Dictionary<string, object?> BindingData(string instanceId) =>
        new(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = instanceId };

    /// <summary>The parameter after the context that nothing else binds, if there is one.</summary>
    private static ParameterInfo? InputOf(FunctionDescriptor function) => function.Parameters.FirstOrDefault(parameter =>
        parameter != function.Trigger
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && parameter.GetCustomAttribute<BindingAttribute>() is null
        && !string.Equals(parameter.Name, "instanceId", StringComparison.OrdinalIgnoreCase));

    private object? Read(string? input, Type type, string activity)
    {
        try
        {
            return input is null
                ? TaskInput.Missing(type)
                : converter.Deserialize(input, type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException)
        {
            throw new InvalidOperationException($"The input of activity '{activity}' cannot be read as {type}: {exception.Message}", exception);
        }
    }
}
