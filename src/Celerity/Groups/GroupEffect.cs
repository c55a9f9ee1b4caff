using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Writes the ends of a group's tasks to its ledger and counts. Those of one delivery share their requests.</summary>
internal sealed class GroupEffect(GroupStore groups, GroupCompletion completion) : ITaskEffect
{
    public ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken) =>
        ApplyAllAsync([new EndedTask(envelope, queue, ended)], cancellationToken);

    public async ValueTask ApplyAllAsync(IReadOnlyList<EndedTask> tasks, CancellationToken cancellationToken)
    {
        // A link that is not the last leaves its place to the next.
        var seated = tasks.Where(task => task.Envelope.Group is { } seat && GroupKeys.IsId(seat.Id)
            && (task.Row.State != TaskState.Succeeded || task.Envelope.Next.Count == 0));
        foreach (var group in seated.GroupBy(task => task.Envelope.Group!.Id, StringComparer.Ordinal))
        {
            var count = group.First().Envelope.Group!.Count;
            var pages = new List<EndedPage>();
            foreach (var page in group.GroupBy(task => GroupKeys.PageOf(task.Envelope.Group!.Index)))
            {
                var ends = page.Select(task => ChildEnd.Of(task.Envelope.Group!.Index, task.Envelope.Id, task.Row));
                pages.Add(await groups.AddEndsAsync(group.Key, page.Key, GroupKeys.TasksOfPage(page.Key, count), ends, cancellationToken).ConfigureAwait(false));
            }

            await completion.CountAsync(group.Key, count, pages, cancellationToken).ConfigureAwait(false);
        }
    }
}
