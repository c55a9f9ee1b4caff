using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>One run of an orchestrator: through its history without effect, then through what is new.</summary>
internal sealed class Episode
{
    internal const string IllegalAwait =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator "
        + "function's implementation or by middleware that invokes asynchronous code.";

    private readonly IReadOnlyList<HistoryEvent> _past;
    private readonly IReadOnlyList<HistoryEvent> _fresh;
    private readonly ReplayScheduler _scheduler;
    private readonly Queue<HistoryEvent> _heldBack = new();
    private readonly ILogger _logger;
    private Task<object?>? _running;

    public Episode(
        string instanceId,
        IReadOnlyList<HistoryEvent> past,
        IReadOnlyList<HistoryEvent> fresh,
        DataConverter converter,
        ILoggerFactory loggerFactory)
    {
        _past = past;
        _fresh = fresh;
        _logger = loggerFactory.CreateLogger<Episode>();
        _scheduler = new ReplayScheduler(() => EpisodeLog.Intruded(_logger, instanceId));
        Converter = converter;
        Started = past.Concat(fresh).OfType<ExecutionStarted>().First();
        Context = new OrchestratorContext(instanceId, Started, _scheduler, converter, loggerFactory);
    }

    public ExecutionStarted Started { get; }

    public OrchestratorContext Context { get; }

    public DataConverter Converter { get; }

    /// <summary>Gets how the execution ended, or <see langword="null"/> while it goes on.</summary>
    public Completion? Completion { get; private set; }

    /// <summary>Gets a value indicating whether <see cref="RunAsync"/> was called.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Gets the reason of a suspension that is still on, or <see langword="null"/>.</summary>
    public ExecutionSuspended? Suspension { get; private set; }

    /// <summary>
    /// Replays <paramref name="orchestrator"/> on the calling thread and returns what it returned; throws what it threw;
    /// returns <see langword="null"/> while it waits.
    /// </summary>
    public async Task<object?> RunAsync(Func<Task<object?>> orchestrator)
    {
        HasRun = true;
        try
        {
            Feed(_past, replaying: true, orchestrator);
            Feed(_fresh, replaying: false, orchestrator);
        }
        catch (global::DurableTask.Core.Exceptions.NonDeterministicOrchestrationException exception)
        {
            Fail(exception, nonRetriable: true);
            throw;
        }

        Settle();
        return Completion is not null && _running is { IsCompleted: true } ended ? await ended.ConfigureAwait(false) : null;
    }

    /// <summary>Ends the execution as failed, unless it has ended.</summary>
    public void Fail(Exception exception, bool nonRetriable = false) =>
        Completion ??= Completion.Failed(TaskFailureDetails.FromException(exception), nonRetriable);

    private void Feed(IReadOnlyList<HistoryEvent> events, bool replaying, Func<Task<object?>> orchestrator)
    {
        Context.Replaying = replaying;
        foreach (var item in events)
        {
            Accept(item, orchestrator);
        }
    }

    private void Accept(HistoryEvent item, Func<Task<object?>> orchestrator)
    {
        if (Completion is not null)
        {
            return;
        }

        if (Suspension is not null && item is not (ExecutionResumed or ExecutionTerminated))
        {
            _heldBack.Enqueue(item);
            return;
        }

        _scheduler.Run(() => Apply(item, orchestrator));
        while (item is ExecutionResumed && Suspension is null && _heldBack.TryDequeue(out var held))
        {
            Accept(held, orchestrator);
        }
    }

    private void Apply(HistoryEvent item, Func<Task<object?>> orchestrator)
    {
        switch (item)
        {
            case OrchestratorStarted:
                Context.BeginEpisode(item.At);
                break;
            case ExecutionStarted:
                _running ??= orchestrator();
                break;
            case ScheduledEvent scheduled:
                Context.Match(scheduled);
                break;
            case ResultEvent result:
                if (!Context.TryComplete(result))
                {
                    EpisodeLog.IgnoredResult(_logger, Context.InstanceId, result.GetType().Name, result.TaskId);
                }

                break;
            case EventRaised raised:
                if (!Context.EntityRequests.TryAnswer(raised))
                {
                    Context.Events.Raise(raised.Name, raised.Input, raised.At);
                }

                break;
            case ExecutionSuspended suspended:
                Suspension = suspended;
                break;
            case ExecutionResumed:
                Suspension = null;
                break;
            case ExecutionTerminated terminated:
                Completion = new Completion(OrchestrationRuntimeStatus.Terminated, terminated.Output);
                break;
        }
    }

    private void Settle()
    {
        if (Completion is not null || Suspension is not null || _running is null)
        {
            return;
        }

        if (_running.IsCompleted)
        {
            // Like Durable Task: an execution ends when its open tasks have ended too, such as a timer that nobody cancelled.
            if (!Context.HasOpenTasks || (Context.Continuation is not null && _running.IsCompletedSuccessfully))
            {
                Completion = Conclude(_running);
            }
        }
        else if (_scheduler.WasIntruded || (!Context.HasOpenTasks && !Context.Events.IsAwaited && !Context.EntityRequests.IsAwaiting))
        {
            Fail(new InvalidOperationException(IllegalAwait));
        }
    }

    private Completion Conclude(Task<object?> ended)
    {
        if (!ended.IsCompletedSuccessfully)
        {
            return Completion.Failed(TaskFailureDetails.FromException(ended.Exception?.InnerException ?? new TaskCanceledException(ended)));
        }

        if (Context.Continuation is not null)
        {
            if (Context.HasOpenTasks)
            {
                EpisodeLog.ForgottenTasks(_logger, Context.InstanceId, Context.OpenTaskCount);
            }

#pragma warning disable CS0618 // Obsolete for users to see; here it is the very thing that happens.
            return new Completion(OrchestrationRuntimeStatus.ContinuedAsNew, null);
#pragma warning restore CS0618
        }

        try
        {
            return new Completion(OrchestrationRuntimeStatus.Completed, Converter.Serialize(ended.Result));
        }
#pragma warning disable CA1031 // A result that cannot be written fails the orchestration that returned it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Completion.Failed(TaskFailureDetails.FromException(exception));
        }
    }
}
