using System.Text.Json;
using Celerity.Tasks;
using Celerity.Tasks.Results;
using Celerity.Tasks.Sending;
using Celerity.Tracing;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Sends groups, chords and chains.</summary>
internal sealed class TaskGroups(
    TaskRegistry registry,
    BackgroundTasks sender,
    TaskEncoder encoder,
    TaskQueues queues,
    GroupMembers members,
    GroupStore groups,
    GroupNotes notes,
    GroupSends sends,
    GroupCompletion completion,
    EndSignals signals,
    TimeProvider time) : ITaskGroups
{
    public const int MaxTasks = 100_000;
    private const int MaxCountedPages = 16;

    public Task<string> GroupAsync(IEnumerable<object> tasks, GroupOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(tasks, callback: null, options ?? new GroupOptions(), cancellationToken);

    public Task<string> ChordAsync(
        IEnumerable<object> tasks, object callback, GroupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return SendAsync(tasks, callback, options ?? new GroupOptions(), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ChainAsync(
        IReadOnlyList<object> tasks, object? onError = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var links = new GroupLinks(registry, queues);
        var chain = links.OfChain(tasks);
        var error = onError is null ? null : links.Of(onError);
        members.CheckFollowers(chain, error);
        var now = time.GetUtcNow();
        var id = TaskIds.New(now).ToString();
        using var span = EngineTracing.StartSend(chain[0].Task);
        var first = NewTask(id, chain[0], correlationId: null, now) with { Next = chain[1..], OnError = error };
        var fit = await members.FitAsync(first, cancellationToken).ConfigureAwait(false);
        var row = new SendRow(id, SendRow.Enqueued, first.Task, first.Queue!, encoder.Encode(fit, first.Queue!), now) { PayloadBlob = fit.PayloadRef };
        EngineTracing.Sent(span, row.Queue, id);
        await sender.SendPlainAsync(row, links.TrackingOf(first.Task), cancellationToken).ConfigureAwait(false);
        var ids = new List<string> { id };
        while (ids.Count < chain.Count)
        {
            ids.Add(DerivedId.Of(ids[^1], ChainEffect.NextRole));
        }

        return ids;
    }

    public async Task<GroupRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (await groups.FindRootAsync(id, cancellationToken).ConfigureAwait(false) is not { } root)
        {
            return null;
        }

        var (group, end) = (root.Group, root.End);
        var ended = root.FailedByPage.Keys.Sum(page => GroupKeys.TasksOfPage(page, group.Count));
        var failed = root.FailedByPage.Values.Sum();
        if (end is null)
        {
            foreach (var page in Enumerable.Range(0, GroupKeys.PageCount(group.Count)).Where(page => !root.FailedByPage.ContainsKey(page)).Take(MaxCountedPages))
            {
                var count = await groups.CountPageAsync(id, page, GroupKeys.TasksOfPage(page, group.Count), cancellationToken).ConfigureAwait(false);
                (ended, failed) = (ended + count.Ended, failed + count.Failed);
            }
        }

        return new GroupRecord
        {
            Id = id,
            State = end?.State ?? GroupState.Running,
            Count = group.Count,
            Ended = ended,
            Failed = failed,
            CreatedAt = group.CreatedAt,
            EndedAt = end?.At,
            CallbackId = end?.CallbackId,
        };
    }

    public async Task<IReadOnlyList<TResult?>> GetResultsAsync<TResult>(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        using var watch = signals.Listen(id);
        var root = await Polling.UntilAsync(
            () => groups.FindRootAsync(id, cancellationToken), root => root is null or { End: not null }, watch.Ended, timeout, time, cancellationToken)
            .ConfigureAwait(false) ?? throw Unknown(id);
        return root.End switch
        {
            null => throw new CelerityException(
                ErrorCodes.GroupNotEnded, $"The group {id} of {root.Group.Count} tasks has not ended after {timeout:c}. Wait longer, or look again by its id."),
            { State: GroupState.Failed, Failed: var failed } => throw new CelerityException(
                ErrorCodes.GroupFailed, $"{failed} of the {root.Group.Count} tasks of the group {id} failed; it tolerates {root.Group.Tolerated}."),
            _ => [.. (await completion.ReadResultsAsync(root.Group, cancellationToken).ConfigureAwait(false)).Select(child => Read<TResult>(id, child.End, child.Result))],
        };
    }

    /// <summary>What to say of an id of which nothing is stored.</summary>
    public static CelerityException Unknown(string id) =>
        new(ErrorCodes.UnknownGroup, $"There is no group '{(id.Length > 40 ? id[..40] + "..." : id)}'. It was never sent, or has expired.");

    private static TResult? Read<TResult>(string group, ChildEnd end, JsonElement? result)
    {
        try
        {
            return result is { } json ? json.Deserialize<TResult>(CelerityJson.Options) : default;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CelerityException(
                ErrorCodes.ResultDoesNotFit, $"The result of the task {end.Index} of the group {group} does not fit {typeof(TResult)}: {exception.Message}", exception);
        }
    }

    private async Task<string> SendAsync(IEnumerable<object> tasks, object? callback, GroupOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var links = new GroupLinks(registry, queues);
        var now = time.GetUtcNow();
        var id = TaskIds.New(now).ToString();
        var chains = tasks.Select(links.OfMember).ToList();
        chains.ForEach(chain => members.CheckFollowers(chain, error: null));
        if (chains.Count is 0 or > MaxTasks)
        {
            throw Wrong($"has {chains.Count} tasks; it must have 1 to {MaxTasks:N0}");
        }

        var resultTtl = links.LongestTtl;
        if (options.MaxFailed < 0 || options.MaxFailedShare is not (>= 0 and <= 1))
        {
            throw Wrong($"tolerates {options.MaxFailed} failures and a share of {options.MaxFailedShare}; it must be 0 and up, and 0 to 1");
        }

        using var span = EngineTracing.StartSendMany();
        var group = new Group(id, chains.Count, now)
        {
            Callback = callback is null ? null : links.Of(callback),
            OnError = options.OnError is null ? null : links.Of(options.OnError),
            Tolerated = Math.Max(options.MaxFailed, (int)(options.MaxFailedShare * chains.Count)),
            CorrelationId = options.CorrelationId,
            Traceparent = EngineTracing.Traceparent,
            ResultTtl = resultTtl,
        };
        GroupMembers.CheckSize(group.Callback);
        GroupMembers.CheckSize(group.OnError);
        var children = new List<TaskEnvelope>(chains.Count);
        foreach (var (index, chain) in chains.Index())
        {
            var child = NewChild(new GroupSeat(id, index, chains.Count), chain, options.CorrelationId, now);
            children.Add(await members.FitAsync(child, cancellationToken).ConfigureAwait(false));
        }

        var messages = sends.Pack(children);
        EngineTracing.SentMany(span, children.Count);

        // All of it is stored before the first message leaves: from then on the watch sees to the rest.
        var note = notes.AddAsync(new GroupNote(id, now, now + GroupWatch.FirstLook, IsSent: false), cancellationToken).AsTask();
        await Task.WhenAll(
            note, sends.KeepAsync(id, messages, cancellationToken).AsTask(), groups.InsertAsync(group, cancellationToken).AsTask()).ConfigureAwait(false);
        await sends.SendAsync(messages, cancellationToken).ConfigureAwait(false);
        await members.InsertSendRowsAsync(children.Where(child => links.TrackingOf(child.Task) == TaskTracking.Full), now, run: null, _ => null, cancellationToken)
            .ConfigureAwait(false);
        await notes.ReplaceAsync(await note.ConfigureAwait(false) with { IsSent = true }, cancellationToken).ConfigureAwait(false);
        return id;
    }

    private static TaskEnvelope NewChild(GroupSeat seat, List<TaskLink> links, string? correlationId, DateTimeOffset now)
    {
        // The ids of one page share a partition, so that the rows of a pack do.
        var id = TaskIds.New(now).ToString()[..^1] + "0123456789abcdef"[GroupKeys.PageOf(seat.Index) % 16];
        return NewTask(id, links[0], correlationId, now) with { Group = seat, ParentId = seat.Id, Next = [.. links.Skip(1)] };
    }

    private static TaskEnvelope NewTask(string id, TaskLink link, string? correlationId, DateTimeOffset now) => new()
    {
        Id = id,
        Task = link.Task,
        Payload = link.Payload,
        Queue = link.Queue,
        Delivery = Guid.NewGuid().ToString("N"),
        SentAt = now,
        CorrelationId = correlationId,
        Traceparent = EngineTracing.Traceparent,
    };

    private static CelerityException Wrong(string what) => new(ErrorCodes.BadGroup, $"The group {what}. Nothing was sent.");
}
