using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Groups;
using Celerity.Runs;

namespace Celerity.Compositions;

/// <summary>Sends tasks and waits for them: the ledger of their group is the truth, the event that ends it a hint.</summary>
internal sealed class TasksAwaiter(AwaitedSends sends, AwaitedGroups awaited, KeptTasks kept, GroupStore groups, GroupCompletion completion, RunStore runs, TimeProvider time)
{
    private const int MaxFailures = 20;

    /// <summary>Makes the next step.</summary>
    public async ValueTask<AwaitStep> StepAsync(AwaitRequest request, CancellationToken cancellationToken)
    {
        if (request.Tasks!.Sent < request.Tasks.PartCount)
        {
            request = await sends.SendPartAsync(request, cancellationToken).ConfigureAwait(false);
            if (request.Tasks!.Sent < request.Tasks.PartCount)
            {
                return AwaitStep.GoOn(request);
            }

            // They are wanted again for those that were taken over before their end, and for no others.
            var sent = request.Tasks.HasAdopted ? request : request with { Tasks = request.Tasks with { Inline = null } };

            // What was taken over may have ended the group, or end it by the next look.
            return request.Tasks.Before is null ? AwaitStep.WaitOn(sent, time.GetUtcNow()) : AwaitStep.GoOn(sent);
        }

        var root = await FindRootAsync(request, cancellationToken).ConfigureAwait(false);
        if (root.End is null)
        {
            root = await CountAsync(request, root, cancellationToken).ConfigureAwait(false);
        }

        return root.End is { } end
            ? AwaitStep.Ended(await OutcomeAsync(request, root.Group, end, cancellationToken).ConfigureAwait(false))
            : AwaitStep.WaitOn(request, time.GetUtcNow());
    }

    private async ValueTask<GroupRoot> FindRootAsync(AwaitRequest request, CancellationToken cancellationToken) =>
        await groups.FindRootAsync(request.Tasks!.Group!, cancellationToken).ConfigureAwait(false) ?? throw TaskGroups.Unknown(request.Tasks.Group!);

    // Who inserted the last end may have died before it counted.
    private async ValueTask<GroupRoot> CountAsync(AwaitRequest request, GroupRoot root, CancellationToken cancellationToken)
    {
        var (group, count) = (request.Tasks!.Group!, request.Tasks.Count);
        var pages = Enumerable.Range(0, GroupKeys.PageCount(count)).Where(page => root.IsFull ? page == 0 : !root.FailedByPage.ContainsKey(page)).ToList();
        if (request.Tasks.HasAdopted)
        {
            foreach (var part in pages.GroupBy(page => page * GroupKeys.PageTasks / AwaitedTasks.PartTasks))
            {
                var tasks = await kept.ReadAsync(request, part.Key, cancellationToken).ConfigureAwait(false);
                foreach (var page in part)
                {
                    await awaited.AdoptAsync(
                        group, count, page, index => tasks[index - part.Key * AwaitedTasks.PartTasks].Links.Count, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await completion.CountAsync(group, count, pages.Select(page => new EndedPage(page, Failed: null)), cancellationToken).ConfigureAwait(false);
        return await FindRootAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AwaitOutcome> OutcomeAsync(AwaitRequest request, Group group, GroupEnd end, CancellationToken cancellationToken)
    {
        var outcome = new AwaitOutcome { Group = group.Id, Failed = end.Failed };
        if (end.Failed > 0)
        {
            // Before the pipeline learns of it: when it ends, the run's row tells.
            await runs.NoteErrorsAsync(request.Key.Run, request.Key.Generation, run => run with { HasFailedTasks = true }, cancellationToken).ConfigureAwait(false);
            outcome = outcome with { Failures = await ReadFailuresAsync(group, cancellationToken).ConfigureAwait(false) };
        }

        if (!request.Tasks!.WantsResults)
        {
            return outcome;
        }

        var children = await completion.ReadResultsAsync(group, cancellationToken).ConfigureAwait(false);
        var results = JsonSerializer.SerializeToElement(new JsonArray([.. children.Select(child => ChainEffect.ToNode(child.Result))]));
        return results.GetRawText().Length is var chars && chars <= Awaits.MaxResultChars
            ? outcome with { Result = results }
            : outcome with { Fault = Awaits.TooLarge($"The results of the {group.Count} tasks", chars) };
    }

    private async ValueTask<List<AwaitedFailure>> ReadFailuresAsync(Group group, CancellationToken cancellationToken)
    {
        var failures = new List<AwaitedFailure>();
        for (var page = 0; page < GroupKeys.PageCount(group.Count) && failures.Count < MaxFailures; page++)
        {
            var ends = await groups.ReadPageAsync(group.Id, page, cancellationToken).ConfigureAwait(false);
            failures.AddRange(ends.Where(end => end.IsFailure).Take(MaxFailures - failures.Count)
                .Select(end => new AwaitedFailure(end.Index, end.TaskId, end.State, end.Category, end.Reason)));
        }

        return failures;
    }
}
