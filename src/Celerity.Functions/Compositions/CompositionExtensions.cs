using System.Text.Json;
using Celerity.Compositions;
using Celerity.Functions.Compositions;
using Celerity.Functions.Pipelines;
using Celerity.Groups;
using Microsoft.DurableTask;

namespace Celerity;

/// <summary>Tasks, other pipelines and people that a pipeline's orchestrator waits for. Each call is a sub-orchestration, so a thousand tasks are not a thousand events.</summary>
/// <remarks>
/// A task is an object whose type is marked with <see cref="CelerityTaskAttribute"/>, a <see cref="NamedTask"/>, or a <see cref="TaskChain"/>. All of these
/// throw a <see cref="CelerityException"/> where the run was cancelled (CEL0312), where the orchestration is no run (CEL0319), where a task cannot be sent
/// (CEL0201, CEL0203, CEL0220: then none was), and where the storage was down for about an hour (CEL0352).
/// </remarks>
public static class CompositionExtensions
{
    // Each batch is a few events of the pipeline's own history.
    private const int MaxWindows = 50;
    private const int MaxLanes = 4;

    private static readonly TimeSpan LongestApproval = TimeSpan.FromDays(365);

    /// <summary>Runs a task and waits for its end.</summary>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="task">The task.</param>
    /// <param name="onFailure">The task to run where it fails, before this throws; its payload's <c>failures</c> tells why.</param>
    /// <exception cref="TasksFailedException">CEL0350: it failed.</exception>
    public static async Task RunTaskAsync(this TaskOrchestrationContext context, object task, object? onFailure = null) =>
        _ = await RunAllAsync(context, [task], new TasksOptions { OnFailure = onFailure }, wantsResults: false).ConfigureAwait(true);

    /// <summary>Runs a task and waits for its result.</summary>
    /// <typeparam name="TResult">What its result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="task">The task.</param>
    /// <param name="onFailure">The task to run where it fails, before this throws; its payload's <c>failures</c> tells why.</param>
    /// <returns>The result; the type's default where it has none.</returns>
    /// <exception cref="TasksFailedException">CEL0350: it failed.</exception>
    /// <exception cref="CelerityException">CEL0214: the result does not fit; CEL0351: it is larger than 1 Mi characters.</exception>
    public static async Task<TResult?> RunTaskAsync<TResult>(this TaskOrchestrationContext context, object task, object? onFailure = null) =>
        (await RunTasksAsync<TResult>(context, [task], new TasksOptions { OnFailure = onFailure }).ConfigureAwait(true))[0];

    /// <summary>Runs tasks side by side and waits for all of their results.</summary>
    /// <typeparam name="TResult">What each result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="tasks">0 to 100,000 tasks.</param>
    /// <param name="options">What to tolerate and how many at once; <see langword="null"/> for the defaults.</param>
    /// <returns>One result a task, in their order; the type's default where it has none, or failed within the tolerance.</returns>
    /// <exception cref="TasksFailedException">CEL0350: more failed than the options tolerate. All have ended by then.</exception>
    /// <exception cref="CelerityException">CEL0214: a result does not fit; CEL0351: all of them are larger than 1 Mi characters.</exception>
    public static async Task<IReadOnlyList<TResult?>> RunTasksAsync<TResult>(
        this TaskOrchestrationContext context, IEnumerable<object> tasks, TasksOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var outcomes = await RunAllAsync(context, [.. tasks], options ?? new TasksOptions(), wantsResults: true).ConfigureAwait(true);
        return [.. outcomes.SelectMany(outcome => outcome.Result!.Value.EnumerateArray()).Select(result => Awaiting.Read<TResult>(result))];
    }

    /// <summary>Runs tasks one after the other: each is given the result of the one before as its payload's <c>previous</c>.</summary>
    /// <typeparam name="TResult">What the last one's result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="tasks">1 to 100 tasks.</param>
    /// <param name="onFailure">The task to run where one fails, before this throws.</param>
    /// <returns>The result of the last; the type's default where it has none.</returns>
    /// <exception cref="TasksFailedException">CEL0350: one of them failed; those after it were not sent.</exception>
    public static Task<TResult?> RunChainAsync<TResult>(this TaskOrchestrationContext context, IReadOnlyList<object> tasks, object? onFailure = null) =>
        RunTaskAsync<TResult>(context, new TaskChain(tasks), onFailure);

    /// <summary>Runs tasks side by side, then a callback over all of their results, which do not pass through the pipeline: they may be of any size.</summary>
    /// <typeparam name="TResult">What the callback's result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="tasks">1 to 100,000 tasks.</param>
    /// <param name="callback">The task that follows; its payload's <c>results</c> becomes the array of the results, in their order.</param>
    /// <param name="options">What to tolerate and how many at once; <see langword="null"/> for the defaults.</param>
    /// <returns>The callback's result.</returns>
    /// <exception cref="TasksFailedException">CEL0350: more failed than the options tolerate, or the callback did.</exception>
    public static async Task<TResult?> RunChordAsync<TResult>(
        this TaskOrchestrationContext context, IEnumerable<object> tasks, object callback, TasksOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(callback);
        options ??= new TasksOptions();
        var groups = await RunAllAsync(context, [.. tasks], options, wantsResults: false).ConfigureAwait(true);
        var outcome = await Awaiting.RunAsync(
            context,
            RunInstance.NextAwait(context),
            [Awaiting.TaskOf(callback)],
            new AwaitedTasks(1)
            {
                WantsResults = true,
                CorrelationId = options.CorrelationId,
                ResultsOf = [.. groups.Select(group => group.Group!)],
                Step = options.CallbackStep,
            }).ConfigureAwait(true);
        await ThrowIfFailedAsync(context, [outcome], 1, new TasksOptions { OnFailure = options.OnFailure }).ConfigureAwait(true);
        return Awaiting.Read<TResult>(outcome.Result!.Value[0]);
    }

    /// <summary>Runs a task for each item.</summary>
    /// <typeparam name="TItem">An item.</typeparam>
    /// <typeparam name="TResult">What each result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="items">0 to 100,000 items.</param>
    /// <param name="task">Makes an item's task: the same each time it is asked.</param>
    /// <param name="options">What to tolerate and how many at once; <see langword="null"/> for the defaults.</param>
    /// <returns>As <see cref="RunTasksAsync"/>.</returns>
    public static Task<IReadOnlyList<TResult?>> MapAsync<TItem, TResult>(
        this TaskOrchestrationContext context, IEnumerable<TItem> items, Func<TItem, object> task, TasksOptions? options = null) =>
        RunTasksAsync<TResult>(context, items.Select(task), options);

    /// <summary>Runs a task for each pair: <see cref="MapAsync"/> over arguments.</summary>
    /// <typeparam name="TFirst">The first argument.</typeparam>
    /// <typeparam name="TSecond">The second.</typeparam>
    /// <typeparam name="TResult">What each result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="items">0 to 100,000 pairs.</param>
    /// <param name="task">Makes a pair's task: the same each time it is asked.</param>
    /// <param name="options">What to tolerate and how many at once; <see langword="null"/> for the defaults.</param>
    /// <returns>As <see cref="RunTasksAsync"/>.</returns>
    public static Task<IReadOnlyList<TResult?>> StarmapAsync<TFirst, TSecond, TResult>(
        this TaskOrchestrationContext context, IEnumerable<(TFirst First, TSecond Second)> items, Func<TFirst, TSecond, object> task, TasksOptions? options = null) =>
        RunTasksAsync<TResult>(context, items.Select(item => task(item.First, item.Second)), options);

    /// <summary>Runs a task for each <paramref name="size"/> items.</summary>
    /// <typeparam name="TItem">An item.</typeparam>
    /// <typeparam name="TResult">What each result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="items">The items; 0 to 100,000 chunks of them.</param>
    /// <param name="size">How many items a task is given, 1 and up; the last one the rest.</param>
    /// <param name="task">Makes a chunk's task: the same each time it is asked.</param>
    /// <param name="options">What to tolerate and how many at once; <see langword="null"/> for the defaults.</param>
    /// <returns>One result a chunk, in their order.</returns>
    public static Task<IReadOnlyList<TResult?>> ChunksAsync<TItem, TResult>(
        this TaskOrchestrationContext context, IEnumerable<TItem> items, int size, Func<IReadOnlyList<TItem>, object> task, TasksOptions? options = null) =>
        RunTasksAsync<TResult>(context, items.Chunk(size).Select(chunk => task(chunk)), options);

    /// <summary>
    /// Runs another pipeline of the app as a run of its own, and waits for its end. It is cancelled with this run; where this run is started again, it is the
    /// same run: what succeeded is taken over, what failed is retried.
    /// </summary>
    /// <typeparam name="TResult">What its result is read into.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="request">Its request; <see langword="null"/> where it takes none.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="CelerityException">CEL0301: there is no such pipeline; CEL0302: the request does not fit; CEL0357: it failed or was cancelled.</exception>
    public static async Task<TResult?> RunPipelineAsync<TResult>(this TaskOrchestrationContext context, string pipeline, object? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        var key = RunInstance.NextAwait(context);
        var json = request is null ? "null" : JsonSerializer.Serialize(request, request.GetType(), CelerityJson.Options);
        var awaited = new AwaitRequest(key) { Run = new AwaitedRun(Awaiting.RunIdOf(key, pipeline, json), pipeline, json) };
        return Awaiting.Read<TResult>((await Awaiting.RunAsync(context, awaited).ConfigureAwait(true)).Result);
    }

    /// <summary>
    /// Waits until somebody says yes or no: <c>POST /api/runs/{id}/approvals/{name}</c>. An answer that came before this was asked counts, and a yes holds when
    /// the run is started again.
    /// </summary>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="name">Its name: 1 to 60 letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="within">How long to wait: above 0, at most 365 days.</param>
    /// <returns>The answer; <see cref="ApprovalState.Expired"/> where none came in time.</returns>
    /// <exception cref="CelerityException">CEL0358: the name cannot be one.</exception>
    public static async Task<Approval> WaitForApprovalAsync(this TaskOrchestrationContext context, string name, TimeSpan within)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(within, LongestApproval);
        var deadline = new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero) + within;
        var request = new AwaitRequest(RunInstance.NextAwait(context)) { Approval = new AwaitedApproval(name, deadline) };
        return Awaiting.Read<Approval>((await Awaiting.RunAsync(context, request).ConfigureAwait(true)).Result)!;
    }

    /// <summary>Runs steps of which each can be undone: where one fails, or the run is cancelled, those that were done are undone, the last one first.</summary>
    /// <typeparam name="TResult">What the steps come to.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="steps">The steps.</param>
    /// <returns>What they came to.</returns>
    /// <exception cref="CelerityException">CEL0354: undoing failed too: the message has both failures. Else what the failed step threw.</exception>
    public static async Task<TResult> RunSagaAsync<TResult>(this TaskOrchestrationContext context, Func<Saga, Task<TResult>> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var saga = new Saga(context);
        try
        {
            return await steps(saga).ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            await saga.CompensateAsync(exception).ConfigureAwait(true);
            throw;
        }
    }

    internal static async Task<IReadOnlyList<AwaitOutcome>> RunAllAsync(
        TaskOrchestrationContext context, IReadOnlyList<object> tasks, TasksOptions options, bool wantsResults, bool insists = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (tasks.Count > TaskGroups.MaxTasks || options.MaxFailed < 0 || options.MaxFailedShare is not (>= 0 and <= 1) || options.Window < 0
            || (options.Window > 0 && tasks.Count > (long)options.Window * MaxWindows))
        {
            throw new CelerityException(
                ErrorCodes.BadGroup,
                $"There are {tasks.Count} tasks (0 to {TaskGroups.MaxTasks:N0}), MaxFailed {options.MaxFailed} (0 and up), MaxFailedShare {options.MaxFailedShare} (0 to 1), "
                + $"Window {options.Window} (0 for all, else a {MaxWindows}th of the tasks at least). Nothing was sent.");
        }

        if (tasks.Count == 0)
        {
            return [];
        }

        // Numbered before any begins: a number must not depend on which task is faster.
        var window = options.Window == 0 ? tasks.Count : options.Window;
        var lanes = options.Window == 0 ? 1 : Math.Min(MaxLanes, window);
        var batches = CutIntoBatches(tasks, window, lanes)
            .Select(batch => (Key: RunInstance.NextAwait(context), batch.First, Tasks: batch.Tasks.Select(Awaiting.TaskOf).ToArray())).ToList();
        var outcomes = new AwaitOutcome[batches.Count];
        var hasFailed = false;
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(RunLaneAsync)).ConfigureAwait(true);
        await ThrowIfFailedAsync(context, outcomes, tasks.Count, options).ConfigureAwait(true);
        return outcomes;

        async Task RunLaneAsync(int lane)
        {
            for (var at = lane; at < batches.Count && !hasFailed; at += lanes)
            {
                try
                {
                    outcomes[at] = await Awaiting.RunAsync(
                        context,
                        batches[at].Key,
                        batches[at].Tasks,
                        new AwaitedTasks(batches[at].Tasks.Length)
                        {
                            WantsResults = wantsResults,
                            CorrelationId = options.CorrelationId,
                            Step = options.Step,
                            FirstMember = options.AreMembers ? batches[at].First : null,
                        },
                        insists).ConfigureAwait(true);
                }
                catch
                {
                    hasFailed = true;
                    throw;
                }
            }
        }
    }

    // Each lane has its share of the window, and takes its next batch when its last has ended.
    private static IEnumerable<(int First, IReadOnlyList<object> Tasks)> CutIntoBatches(IReadOnlyList<object> tasks, int window, int lanes)
    {
        for (var (begin, lane) = (0, 0); begin < tasks.Count; lane = (lane + 1) % lanes)
        {
            var batch = tasks.Skip(begin).Take((window / lanes) + (lane < window % lanes ? 1 : 0)).ToList();
            yield return (begin, batch);
            begin += batch.Count;
        }
    }

    private static async Task ThrowIfFailedAsync(TaskOrchestrationContext context, IReadOnlyList<AwaitOutcome> outcomes, int count, TasksOptions options)
    {
        var failed = outcomes.Sum(outcome => outcome.Failed);
        var tolerated = Math.Max(options.MaxFailed, (int)(options.MaxFailedShare * count));
        if (failed > tolerated)
        {
            await Awaiting.FailAsync(context, count, failed, tolerated, [.. outcomes.SelectMany(outcome => outcome.Failures)], options.OnFailure).ConfigureAwait(true);
        }
    }
}
