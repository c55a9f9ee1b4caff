using System.Collections.Concurrent;
using System.Globalization;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Celerity.LocalRuntime.Tests.Orchestration.Programs;

/// <summary>Runs random orchestrations: one orchestrator that interprets its input, an activity, and entities.</summary>
internal sealed class ProgramCode : ITaskCode
{
    public const string Orchestrator = "Program";
    private const string FailingOrchestrator = "FailingProgram";
    private const string Activity = "Step";

    // A call that is repeated after a crash has the id of the one before; a retry has a new one.
    private readonly ConcurrentDictionary<string, List<int>> _attempts = [];

    public bool HasOrchestrator(string name) => name is Orchestrator or FailingOrchestrator;

    public bool HasActivity(string name) => name == Activity;

    public TaskFailureDetails? RefuseEntity(string name) => ProgramEntities.Has(name) ? null : UnknownFunction.Failure(name, "entity");

    public Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken) => ProgramEntities.RunAsync(batch);

    public Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken) =>
        episode.RunAsync(() => RunAsync(episode.Context, isToFail: episode.Started.Name == FailingOrchestrator));

    public Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        var input = JsonDataConverter.Default.Deserialize<StepInput>(call.Input)!;
        var attempts = _attempts.GetOrAdd($"{call.InstanceId} {call.ExecutionId} {input.Text}", _ => []);
        lock (attempts)
        {
            if (!attempts.Contains(call.TaskId))
            {
                attempts.Add(call.TaskId);
            }

            return attempts.IndexOf(call.TaskId) >= input.Failures
                ? Task.FromResult(JsonDataConverter.Default.Serialize(input.Text))
                : throw new FormatException(input.Text);
        }
    }

    private static async Task<object?> RunAsync(TaskOrchestrationContext context, bool isToFail)
    {
        var program = context.GetInput<Program>()!;
        var before = program.Round > 1 ? await context.WaitForExternalEvent<int>("round") : 0;
        var done = $"{program.Done}({before} {await RunAsync(context, program.Steps)})";
        if (program.Round < program.Rounds)
        {
            // Kept over the end of this execution.
            context.SendEvent(context.InstanceId, "round", program.Round);
            context.ContinueAsNew(program with { Round = program.Round + 1, Done = done });
            return null;
        }

        return isToFail ? throw new InvalidTimeZoneException(done) : done;
    }

    private static async Task<string> RunAsync(TaskOrchestrationContext context, IReadOnlyList<Step> steps)
    {
        var results = new List<string>();
        foreach (var step in steps)
        {
            results.Add(await RunAsync(context, step));
        }

        return string.Join(' ', results);
    }

    private static async Task<string> RunAsync(TaskOrchestrationContext context, Step step) => step switch
    {
        Step.Echo(var text) => await CallAsync(context, text, 0),
        Step.Flaky(var text, var failures, var byHandler) => await CallAsync(context, text, failures, byHandler
            ? TaskOptions.FromRetryHandler(_ => true)
            : TaskOptions.FromRetryPolicy(new RetryPolicy(failures + 1, TimeSpan.FromSeconds(10), backoffCoefficient: 2))),
        Step.Broken(var text, var attempts) => await CatchAsync(
            () => CallAsync(context, text, int.MaxValue, TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, TimeSpan.FromSeconds(1))))),
        Step.Timer(var seconds) => await DelayAsync(context, seconds),
        Step.CancelledTimer(var seconds) => await CancelAsync(context, seconds),
        Step.Event(var name, var count, var awaitedFirst) => await RaiseAsync(context, name, count, awaitedFirst),
        Step.MissingEvent(var name, var seconds) => await MissAsync(context, name, seconds),
        Step.Stable => await IsStableAsync(context),
        Step.Status(var text) => SetStatus(context, text),
        Step.Child(var program) => await context.CallSubOrchestratorAsync<string>(Orchestrator, program),
        Step.FailingChild(var program) => await CatchAsync(() => context.CallSubOrchestratorAsync<string>(FailingOrchestrator, program)),
        Step.Append(var name, var signals) => await ProgramEntities.AppendAsync(context, name, signals),
        Step.FailingOperation(var name) => await ProgramEntities.FailAsync(context, name),
        Step.Locked(var seconds) => await ProgramEntities.CountAsync(context, seconds),
        Step.All(var branches) => string.Join('|', await Task.WhenAll(branches.Select(branch => RunAsync(context, branch)))),
        _ => throw new InvalidOperationException($"Nothing runs {step}."),
    };

    private static Task<string> CallAsync(TaskOrchestrationContext context, string text, int failures, TaskOptions? options = null) =>
        context.CallActivityAsync<string>(Activity, new StepInput(text, failures), options);

    private static async Task<string> CatchAsync(Func<Task<string>> run)
    {
        try
        {
            return await run();
        }
        catch (TaskFailedException failure)
        {
            return $"!{failure.FailureDetails.ErrorType.Split('.')[^1]}:{failure.FailureDetails.ErrorMessage}";
        }
    }

    private static async Task<string> DelayAsync(TaskOrchestrationContext context, int seconds)
    {
        var due = context.CurrentUtcDateTime.AddSeconds(seconds);
        await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
        return context.CurrentUtcDateTime >= due ? "slept" : "woken too early";
    }

    private static async Task<string> CancelAsync(TaskOrchestrationContext context, int seconds)
    {
        using var source = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromSeconds(seconds), source.Token);
#pragma warning disable CA1849 // The rest has to stay on the orchestrator's thread.
        source.Cancel();
#pragma warning restore CA1849
        try
        {
            await timer;
            return "not called off";
        }
        catch (TaskCanceledException)
        {
            return "called off";
        }
    }

    private static async Task<string> RaiseAsync(TaskOrchestrationContext context, string name, int count, bool awaitedFirst)
    {
        List<Task<int>> waits = [];
        for (var i = 0; i < count && awaitedFirst; i++)
        {
            waits.Add(context.WaitForExternalEvent<int>(name));
        }

        for (var i = 0; i < count; i++)
        {
            context.SendEvent(context.InstanceId, name, i);
        }

        for (var i = 0; i < count && !awaitedFirst; i++)
        {
            waits.Add(context.WaitForExternalEvent<int>(name));
        }

        // The newest waiter is served first, the oldest event too.
        return string.Join(',', await Task.WhenAll(waits));
    }

    private static async Task<string> MissAsync(TaskOrchestrationContext context, string name, int seconds)
    {
        try
        {
            await context.WaitForExternalEvent<int>(name, TimeSpan.FromSeconds(seconds));
            return "came";
        }
        catch (TaskCanceledException)
        {
            return "missed";
        }
    }

    private static async Task<string> IsStableAsync(TaskOrchestrationContext context)
    {
        var text = $"{context.NewGuid()} {context.CurrentUtcDateTime.ToString("o", CultureInfo.InvariantCulture)}";
        return await CallAsync(context, text, 0) == text ? "stable" : "changed by a replay";
    }

    private static string SetStatus(TaskOrchestrationContext context, string text)
    {
        context.SetCustomStatus(text);
        return text;
    }

    private sealed record StepInput(string Text, int Failures);
}
