using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Compositions;
using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Tasks.Results;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Ends groups that are full: the callback first, then the end, then the note. Each step may be made again.</summary>
internal sealed class GroupCompletion(
    GroupStore groups, GroupTurns turns, GroupNotes notes, GroupSends sends, FollowUps followUps, ControlRows rows, TaskRecords records, EndSignals signals, IOrchestrationSignal waiters, TimeProvider time)
{
    public const string CallbackRole = "callback";
    public const string ErrorRole = "error";

    private const int MaxToldFailures = 100;
    private const int ReadParallelism = 16;

    /// <summary>Counts pages and, where one is full, the root; ends the group where that is full too.</summary>
    /// <param name="id">The group.</param>
    /// <param name="count">How many tasks it has.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public ValueTask CountAsync(string id, int count, IEnumerable<EndedPage> pages, CancellationToken cancellationToken) =>
        turns.TakeAsync(id, pages, all => CountAllAsync(id, count, all, cancellationToken));

    /// <summary>Reads the results of a group's tasks, in their order.</summary>
    public async ValueTask<(ChildEnd End, JsonElement? Result)[]> ReadResultsAsync(Group group, CancellationToken cancellationToken)
    {
        var children = new (ChildEnd End, JsonElement? Result)[group.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, GroupKeys.PageCount(group.Count)),
            new ParallelOptions { MaxDegreeOfParallelism = ReadParallelism, CancellationToken = cancellationToken },
            async (page, token) =>
            {
                foreach (var end in await groups.ReadPageAsync(group.Id, page, token).ConfigureAwait(false))
                {
                    children[end.Index] = (end, await ReadResultAsync(end, token).ConfigureAwait(false));
                }
            }).ConfigureAwait(false);
        return children;
    }

    private async ValueTask CountAllAsync(string id, int count, IReadOnlyList<EndedPage> pages, CancellationToken cancellationToken)
    {
        var isAnyFull = false;
        foreach (var page in pages.GroupBy(page => page.Page, page => page.Failed))
        {
            if (page.Max() is { } failed)
            {
                await groups.InsertFullPageAsync(id, page.Key, failed, cancellationToken).ConfigureAwait(false);
                isAnyFull = true;
            }
            else
            {
                var size = GroupKeys.TasksOfPage(page.Key, count);
                isAnyFull |= (await groups.CountPageAsync(id, page.Key, size, cancellationToken).ConfigureAwait(false)).Ended == size;
            }
        }

        if (isAnyFull && await groups.FindRootAsync(id, cancellationToken).ConfigureAwait(false) is { IsFull: true, End: null } full)
        {
            await EndAsync(full, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask EndAsync(GroupRoot root, CancellationToken cancellationToken)
    {
        var group = root.Group;
        var failed = root.FailedByPage.Values.Sum();
        var state = failed <= group.Tolerated ? GroupState.Succeeded : GroupState.Failed;
        var (link, role) = state == GroupState.Succeeded ? (group.Callback, CallbackRole) : (group.OnError, ErrorRole);
        var callbackId = link is null ? null : DerivedId.Of(group.Id, role);
        if (link is not null)
        {
            var children = await ReadResultsAsync(group, cancellationToken).ConfigureAwait(false);
            var terms = new TaskEnvelope { Id = callbackId!, Task = link.Task, CorrelationId = group.CorrelationId, Traceparent = group.Traceparent, ParentId = group.Id };
            var isSuccess = state == GroupState.Succeeded;
            await followUps.SendAsync(
                link, terms, isSuccess ? "results" : "failures", isSuccess ? Results(children) : Failures(children), cancellationToken).ConfigureAwait(false);
        }

        await groups.InsertEndAsync(group.Id, new GroupEnd(state, failed, time.GetUtcNow(), callbackId), cancellationToken).ConfigureAwait(false);
        signals.Signal(group.Id);
        if (group.Waiter is { } waiter)
        {
            await waiters.RaiseAsync(waiter, cancellationToken).ConfigureAwait(false);
            return;
        }

        await sends.ForgetAsync(group.Id, cancellationToken).ConfigureAwait(false);
        await notes.RemoveAsync(group.Id, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<JsonElement?> ReadResultAsync(ChildEnd end, CancellationToken cancellationToken)
    {
        if (!end.IsElsewhere)
        {
            return end.Result is { } json ? JsonElement.Parse(json) : null;
        }

        // Expiry keeps it as long as the group is open.
        return await rows.FindAsync(TaskKeys.ControlOf(end.TaskId), cancellationToken).ConfigureAwait(false) is { Ending: { } ending }
            ? await records.ReadResultAsync(ending, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private static JsonArray Results((ChildEnd End, JsonElement? Result)[] children) =>
        [.. children.Select(child => ChainEffect.ToNode(child.Result))];

    private static JsonNode? Failures((ChildEnd End, JsonElement? Result)[] children) => JsonSerializer.SerializeToNode(
        children.Where(child => child.End.IsFailure).Take(MaxToldFailures).Select(child =>
            new { child.End.Index, Id = child.End.TaskId, child.End.State, child.End.Category, child.End.Reason }),
        CelerityJson.Options);
}
