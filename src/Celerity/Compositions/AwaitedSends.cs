using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Groups;
using Celerity.Runs;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Tracing;
using Celerity.Wire;

namespace Celerity.Compositions;

/// <summary>Sends the tasks of an awaited group, part by part. A step that is made again sends the same again, under the same ids.</summary>
internal sealed class AwaitedSends(
    TaskRegistry registry, TaskQueues queues, GroupMembers members, GroupSends sends, GroupStore groups, GroupCompletion completion, AwaitedGroups awaited, KeptTasks kept, TimeProvider time)
{
    /// <summary>Checks tasks before any is sent.</summary>
    /// <returns>How long their results are kept.</returns>
    /// <exception cref="CelerityException">One of them cannot be sent.</exception>
    public TimeSpan Check(IEnumerable<AwaitedTask> tasks)
    {
        var links = new GroupLinks(registry, queues);
        foreach (var task in tasks)
        {
            members.CheckFollowers(links.OfMember(MemberOf(task)), error: null);
        }

        return links.LongestTtl;
    }

    /// <summary>Sends the next part.</summary>
    /// <exception cref="CelerityException">A task cannot be sent.</exception>
    public async ValueTask<AwaitRequest> SendPartAsync(AwaitRequest request, CancellationToken cancellationToken)
    {
        var (key, tasks) = (request.Key, request.Tasks!);
        var links = new GroupLinks(registry, queues);
        var part = await kept.ReadAsync(request, tasks.Sent, cancellationToken).ConfigureAwait(false);
        var chains = part.Select(task => links.OfMember(MemberOf(task))).ToList();
        chains.ForEach(chain => members.CheckFollowers(chain, error: null));
        var restart = await awaited.FindRestartAsync(key, cancellationToken).ConfigureAwait(false);
        if (tasks.Group is null)
        {
            tasks = await BeginAsync(request, links, restart, cancellationToken).ConfigureAwait(false);
        }

        if (tasks.ResultsOf.Count > 0)
        {
            chains[0][0] = await WithResultsAsync(chains[0][0], tasks.ResultsOf, cancellationToken).ConfigureAwait(false);
        }

        var hasTaken = false;
        var first = GroupKeys.PageOf(tasks.Sent * AwaitedTasks.PartTasks);
        foreach (var (page, ofPage) in chains.Chunk(GroupKeys.PageTasks).Index())
        {
            var seats = await awaited.SeatAsync(tasks, first + page, ofPage, restart, cancellationToken).ConfigureAwait(false);
            hasTaken |= await awaited.TakeOverAsync(tasks, first + page, seats, cancellationToken).ConfigureAwait(false);
            await SendPageAsync(request with { Tasks = tasks }, links, first + page, ofPage, seats, cancellationToken).ConfigureAwait(false);
            tasks = tasks with { HasAdopted = tasks.HasAdopted || seats.Any(seat => seat.Origin == SeatOrigin.Adopted) };
        }

        if (hasTaken)
        {
            await completion.CountAsync(
                tasks.Group!, tasks.Count, Enumerable.Range(first, GroupKeys.PageCount(chains.Count)).Select(page => new EndedPage(page, null)), cancellationToken).ConfigureAwait(false);
        }

        return request with { Tasks = tasks with { Sent = tasks.Sent + 1 } };
    }

    private async ValueTask<AwaitedTasks> BeginAsync(AwaitRequest request, GroupLinks links, RunRestart? restart, CancellationToken cancellationToken)
    {
        var (key, tasks) = (request.Key, request.Tasks!);
        var (group, before) = await awaited.ReserveAsync(key, cancellationToken).ConfigureAwait(false);
        await groups.InsertAsync(
            new Group(group, tasks.Count, time.GetUtcNow())
            {
                // Whoever awaits them judges: of several groups, of all together.
                Tolerated = tasks.Count,
                CorrelationId = tasks.CorrelationId,
                Waiter = key.Instance,
                ResultTtl = links.LongestTtl > tasks.ResultTtl ? links.LongestTtl : tasks.ResultTtl,
            },
            cancellationToken).ConfigureAwait(false);

        // From a stage on, all is new: what was begun before that stage is as it was.
        var isAnew = restart is { Kind: RestartKind.Stage } && (restart.Stage <= 1 || key.Stage >= restart.Stage);
        return tasks with { Group = group, Before = isAnew ? null : before };
    }

    private async ValueTask SendPageAsync(
        AwaitRequest request, GroupLinks links, int page, IReadOnlyList<List<TaskLink>> chains, IReadOnlyList<Seat> seats, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var span = EngineTracing.StartSendMany();
        var (children, shown) = (new List<TaskEnvelope>(), new List<TaskEnvelope>());
        foreach (var (at, (chain, seat)) in chains.Zip(seats).Index().Where(child => child.Item.Second.Origin != SeatOrigin.Taken))
        {
            var child = NewChild(request, seat.Id, page * GroupKeys.PageTasks + at, chain, now);
            children.Add(await members.FitAsync(child, cancellationToken).ConfigureAwait(false));

            // What was taken over has its row, which would keep its neighbours' out of the table.
            if (seat.Origin == SeatOrigin.New && links.TrackingOf(child.Task) == TaskTracking.Full)
            {
                shown.Add(children[^1]);
            }
        }

        if (children.Count == 0)
        {
            return;
        }

        EngineTracing.SentMany(span, children.Count);
        await sends.SendAsync(sends.Pack(children), cancellationToken).ConfigureAwait(false);
        await members.InsertSendRowsAsync(shown, now, request.Key.Run, request.Tasks!.StepOf, cancellationToken).ConfigureAwait(false);
    }

    private static TaskEnvelope NewChild(AwaitRequest request, string id, int index, List<TaskLink> chain, DateTimeOffset now) => new()
    {
        Id = id,
        Task = chain[0].Task,
        Payload = chain[0].Payload,
        Queue = chain[0].Queue,

        // Sent twice it is a twin, of which one is claimed, whatever the task's tracking.
        Delivery = DerivedId.Of(id, "delivery"),
        Reserved = true,
        SentAt = now,
        CorrelationId = request.Tasks!.CorrelationId,
        Traceparent = EngineTracing.Traceparent,
        RunId = request.Insists ? null : request.Key.Run,
        ParentId = request.Tasks.Group,
        Group = new GroupSeat(request.Tasks.Group!, index, request.Tasks.Count),
        Next = [.. chain.Skip(1)],
    };

    private async ValueTask<TaskLink> WithResultsAsync(TaskLink link, IReadOnlyList<string> ofGroups, CancellationToken cancellationToken)
    {
        var results = new JsonArray();
        foreach (var group in ofGroups)
        {
            var root = await groups.FindRootAsync(group, cancellationToken).ConfigureAwait(false) ?? throw TaskGroups.Unknown(group);
            foreach (var child in await completion.ReadResultsAsync(root.Group, cancellationToken).ConfigureAwait(false))
            {
                results.Add(ChainEffect.ToNode(child.Result));
            }
        }

        var payload = JsonObject.Create(link.Payload) ?? [];
        payload["results"] = results;
        return link with { Payload = JsonSerializer.SerializeToElement(payload) };
    }

    private static object MemberOf(AwaitedTask task) => task.Links is [var only]
        ? only.ToTask()
        : new TaskChain([.. task.Links.Select(link => (object)link.ToTask())]);
}
