using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;

namespace Celerity.Functions.Workflows;

/// <summary>Runs the steps of a document, in the orchestrator: deterministic. The document was checked when it was accepted.</summary>
internal sealed class WorkflowRun(TaskOrchestrationContext context, JsonElement document)
{
    private static readonly JsonElement NoPayload = JsonElement.Parse("{}");

    private readonly WorkflowScope _scope = new(Find(document, "input"));

    public Task<JsonElement> RunAsync() => context.RunSagaAsync(async saga =>
    {
        await RunAllAsync(document.GetProperty("steps"), "/steps", saga).ConfigureAwait(true);
        return Find(document, "result") is { } result ? WorkflowReferences.Resolve(result, _scope) : _scope.Last;
    });

    private async Task RunAllAsync(JsonElement steps, string path, Saga saga)
    {
        foreach (var (at, step) in steps.EnumerateArray().Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}/{at}");
            if (Find(step, "when") is { } condition && !WorkflowCondition.Holds(condition, _scope))
            {
                continue;
            }

            _scope.Set(Find(step, "id")?.GetString(), await RunStepAsync(step, place, saga).ConfigureAwait(true));
            if (Find(step, "compensate") is { } compensation)
            {
                saga.AddCompensation(TaskOf(compensation, _scope), $"{place}/compensate");
            }
        }
    }

    private async Task<JsonElement?> RunStepAsync(JsonElement step, string place, Saga saga)
    {
        if (Find(step, "task") is not null)
        {
            return await RunTaskAsync(step, place, TaskOf(step, _scope)).ConfigureAwait(true);
        }

        if (Find(step, "chain") is { } chain)
        {
            return await RunTaskAsync(step, place, ChainOf(chain)).ConfigureAwait(true);
        }

        if (Find(step, "group") is { } group)
        {
            return await RunTasksAsync(step, place, [.. group.EnumerateArray().Select(MemberOf)])
                .ConfigureAwait(true);
        }

        if (Find(step, "map") is { } map)
        {
            return await RunTasksAsync(step, place, [.. ItemsOf(map).Index().Select(item => TaskOf(map, _scope.WithItem(item.Item, item.Index)))]).ConfigureAwait(true);
        }

        if (Find(step, "pipeline") is { } pipeline)
        {
            object? request = Find(step, "request") is { } asked ? WorkflowReferences.Resolve(asked, _scope) : null;
            return await context.RunPipelineAsync<JsonElement?>(pipeline.GetString()!, request).ConfigureAwait(true);
        }

        if (Find(step, "approval") is { } name)
        {
            var within = TimeSpan.Parse(step.GetProperty("within").GetString()!, CultureInfo.InvariantCulture);
            return JsonSerializer.SerializeToElement(
                await context.WaitForApprovalAsync(name.GetString()!, within).ConfigureAwait(true), CelerityJson.Options);
        }

        if (Find(step, "fail") is { } reason)
        {
            throw new CelerityException(ErrorCodes.PipelineFailed, WorkflowReferences.Resolve(reason, _scope).ToString());
        }

        _scope.Set(null, null);
        var taken = WorkflowCondition.Holds(step.GetProperty("if"), _scope) ? "then" : "else";
        if (Find(step, taken) is { } branch)
        {
            await RunAllAsync(branch, $"{place}/{taken}", saga).ConfigureAwait(true);
        }

        return _scope.Last;
    }

    private async Task<JsonElement?> RunTaskAsync(JsonElement step, string place, object task) =>
        (await context.RunTasksAsync<JsonElement?>([task], new TasksOptions { OnFailure = OnFailureOf(step), Step = place }).ConfigureAwait(true))[0];

    private async Task<JsonElement?> RunTasksAsync(JsonElement step, string place, IReadOnlyList<object> tasks)
    {
        var options = new TasksOptions
        {
            MaxFailed = Find(step, "maxFailed")?.GetInt32() ?? 0,
            MaxFailedShare = Find(step, "maxFailedShare")?.GetDouble() ?? 0,
            Window = Find(step, "window")?.GetInt32() ?? 0,
            OnFailure = OnFailureOf(step),
            Step = Find(step, "group") is null ? place : $"{place}/group",
            AreMembers = Find(step, "group") is not null,
            CallbackStep = $"{place}/callback",
        };
        return Find(step, "callback") is { } callback
            ? await context.RunChordAsync<JsonElement?>(tasks, TaskOf(callback, _scope), options).ConfigureAwait(true)
            : JsonSerializer.SerializeToElement(await context.RunTasksAsync<JsonElement?>(tasks, options).ConfigureAwait(true));
    }

    private IEnumerable<JsonElement> ItemsOf(JsonElement map)
    {
        var over = WorkflowReferences.Resolve(map.GetProperty("over"), _scope);
        if (over.ValueKind != JsonValueKind.Array)
        {
            throw new CelerityException(ErrorCodes.BadReference, $"'over' of a map is a {over.ValueKind}; it must be a list.");
        }

        return Find(map, "size") is { } size
            ? over.EnumerateArray().Chunk(size.GetInt32()).Select(chunk => JsonSerializer.SerializeToElement(chunk))
            : over.EnumerateArray();
    }

    private object MemberOf(JsonElement member) => Find(member, "chain") is { } links ? ChainOf(links) : TaskOf(member, _scope);

    private TaskChain ChainOf(JsonElement links) => new([.. links.EnumerateArray().Select(link => (object)TaskOf(link, _scope))]);

    private NamedTask? OnFailureOf(JsonElement step) => Find(step, "onFailure") is { } task ? TaskOf(task, _scope) : null;

    private static NamedTask TaskOf(JsonElement task, WorkflowScope scope) =>
        new(task.GetProperty("task").GetString()!, Find(task, "payload") is { } payload ? WorkflowReferences.Resolve(payload, scope) : NoPayload);

    private static JsonElement? Find(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member : null;
}
