using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.Compositions;
using Celerity.Functions.Pipelines;
using Celerity.Groups;
using Celerity.Tasks;
using Microsoft.DurableTask;

namespace Celerity.Functions.Compositions;

/// <summary>What the compositions of a pipeline are made of. All of it is deterministic: it runs in the orchestrator, at every replay again.</summary>
internal static class Awaiting
{
    private const int MaxInlineChars = 32 * 1024;
    private const int MaxToldFailures = 20;

    // About an hour: a storage that is down that long needs people.
    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 65, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));

    /// <summary>Waits for what a request says.</summary>
    /// <exception cref="CelerityException">It came to nothing.</exception>
    public static async Task<AwaitOutcome> RunAsync(TaskOrchestrationContext context, AwaitRequest request)
    {
        var json = await context.CallSubOrchestratorAsync<string>(
            FunctionNames.Await,
            CelerityJson.Write(new AwaitProgress(request, TimeSpan.Zero, Faults: 0)),
            new SubOrchestrationOptions(instanceId: request.Key.Instance)).ConfigureAwait(true);
        var outcome = CelerityJson.Read<AwaitOutcome>(json);
        return outcome.Fault is { } fault ? throw new CelerityException(fault.Code, fault.Message) : outcome;
    }

    /// <summary>Sends tasks under a number of the pipeline's and waits for all of them, however they end.</summary>
    public static async Task<AwaitOutcome> RunAsync(
        TaskOrchestrationContext context, AwaitKey key, IReadOnlyList<AwaitedTask> tasks, AwaitedTasks terms, bool insists = false)
    {
        terms = terms with { Inline = IsSmall(tasks) ? tasks : null };
        if (terms.Inline is null)
        {
            foreach (var (part, ofPart) in tasks.Chunk(AwaitedTasks.PartTasks).Index())
            {
                var json = await context.CallActivityAsync<string>(
                    FunctionNames.KeepTasks, CelerityJson.Write(new TasksPart(key, part, ofPart)), Retry).ConfigureAwait(true);
                var kept = CelerityJson.Read<KeptPart>(json);
                if (kept.Fault is { } fault)
                {
                    throw new CelerityException(fault.Code, fault.Message);
                }

                terms = terms with { ResultTtl = kept.ResultTtl > terms.ResultTtl ? kept.ResultTtl : terms.ResultTtl };
            }
        }

        return await RunAsync(context, new AwaitRequest(key) { Tasks = terms, Insists = insists }).ConfigureAwait(true);
    }

    /// <summary>Sends what follows from a failure and waits for it, then tells of the failure.</summary>
    /// <exception cref="TasksFailedException">Always.</exception>
    public static async Task FailAsync(
        TaskOrchestrationContext context, int count, int failed, int tolerated, IReadOnlyList<AwaitedFailure> failures, object? onFailure)
    {
        var first = failures[0];
        var told = failures.Take(MaxToldFailures).Select(failure => new AwaitedTaskFailure(failure.Index, failure.Id, failure.State, failure.Category, failure.Reason)).ToList();
        var message = $"{failed} of {count} tasks failed, {tolerated} are tolerated; the first is {first.Id}, {first.State}: {first.Reason ?? "no reason is stored"}";
        if (onFailure is not null)
        {
            // Told by its failure alone: it must not hide the one that it is about.
            var link = LinkOf(onFailure);
            var payload = System.Text.Json.Nodes.JsonObject.Create(link.Payload) ?? [];
            payload["failures"] = JsonSerializer.SerializeToNode(told, CelerityJson.Options);
            _ = await RunAsync(
                context,
                RunInstance.NextAwait(context),
                [new AwaitedTask([link with { Payload = JsonSerializer.SerializeToElement(payload) }])],
                new AwaitedTasks(1),
                insists: true).ConfigureAwait(true);
        }

        throw new TasksFailedException(ErrorCodes.TasksFailed, message, told);
    }

    public static AwaitedTask TaskOf(object task) => new([.. task is TaskChain chain ? chain.Tasks.Select(LinkOf) : [LinkOf(task)]]);

    /// <summary>Reads a result.</summary>
    /// <exception cref="CelerityException">CEL0214: it does not fit the type.</exception>
    public static TResult? Read<TResult>(JsonElement? result)
    {
        try
        {
            return result is { ValueKind: not JsonValueKind.Null } json ? json.Deserialize<TResult>(CelerityJson.Options) : default;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CelerityException(ErrorCodes.ResultDoesNotFit, $"What was awaited does not fit {typeof(TResult)}: {exception.Message}", exception);
        }
    }

    /// <summary>Makes the id of a run that a run begins: the same in every generation that asks the same of the same pipeline at the same place.</summary>
    public static string RunIdOf(AwaitKey key, string pipeline, string request)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        return DerivedId.Of(Guid.ParseExact(key.Run, "N").ToString("D"), $"run {key.Number} {pipeline} {hash}").Replace("-", "", StringComparison.Ordinal);
    }

    private static AwaitedLink LinkOf(object task) => task is NamedTask named
        ? new AwaitedLink(named.Task, named.Payload)
        : new AwaitedLink(TaskOptionsSource.AttributeOf(task.GetType()).Name, TaskPayload.Write(task));

    private static bool IsSmall(IReadOnlyList<AwaitedTask> tasks) => tasks.Count <= GroupKeys.PageTasks
        && tasks.Sum(task => task.Links.Sum(link => (long)link.Task.Length + link.Payload.GetRawText().Length)) <= MaxInlineChars;
}
