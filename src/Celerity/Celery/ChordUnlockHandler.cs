using System.Text.Json;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>Looks whether a chord's tasks have ended, at growing intervals, and then sends its callback with their results.</summary>
/// <remarks>Safe to run twice: the callback's id is in its signature or follows from this task's, and is sent once.</remarks>
internal sealed class ChordUnlockHandler(CeleryResults results, CelerySends sends, TimeProvider time) : ITaskHandler<ChordUnlock>
{
    private const int ReadParallelism = 16;
    private const int GrowthShare = 8;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>After what a chord is given up: as long as results are kept.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    public async ValueTask<TaskOutcome> HandleAsync(ChordUnlock task, TaskContext context, CancellationToken cancellationToken)
    {
        List<string> ids;
        try
        {
            CelerySignature.Check(task.Callback);
            ids = ReadIds(task.Result);
        }
        catch (Exception exception) when (exception is WireFormatException or InvalidOperationException or ArgumentException)
        {
            return TaskOutcome.DeadLetter($"{ErrorCodes.CeleryMessage}: the chord cannot be read: {exception.Message}");
        }

        var ends = new List<CeleryResult>(ids.Count);
        foreach (var some in ids.Chunk(ReadParallelism))
        {
            var found = await Task.WhenAll(some.Select(id => results.FindAsync(id, cancellationToken).AsTask())).ConfigureAwait(false);
            ends.AddRange(found.OfType<CeleryResult>());
            if (found.Contains(null))
            {
                break;
            }
        }

        if (ends.Count == ids.Count)
        {
            await CallBackAsync(task, context, ids, ends, cancellationToken).ConfigureAwait(false);
            return TaskOutcome.Completed;
        }

        var age = time.GetUtcNow() - (context.SentAt ?? time.GetUtcNow());
        return age < LongestLife
            ? TaskOutcome.Snooze(TimeSpan.FromTicks(Math.Clamp(age.Ticks / GrowthShare, ShortestWait.Ticks, LongestWait.Ticks)))
            : TaskOutcome.DeadLetter($"{ErrorCodes.CeleryChord}: of the chord {task.GroupId} of {ids.Count} tasks not all have ended after {LongestLife:c}.");
    }

    private async ValueTask CallBackAsync(
        ChordUnlock chord, TaskContext context, List<string> ids, List<CeleryResult> ends, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var parent = new CeleryParent(context.Id, now) { CorrelationId = context.CorrelationId, Headers = context.Headers };
        var turn = new CeleryTurn(context.Id, "celery-chord", now) { RootId = context.Id };
        var failed = ends.FindIndex(end => end.Status != CeleryResults.Success);
        if (failed < 0)
        {
            var values = JsonSerializer.SerializeToElement(ends.Select(end => end.Result));
            await SendAsync(CeleryCanvas.Expand(chord.Callback, turn with { Values = [values] })).ConfigureAwait(false);
            return;
        }

        // As Celery does it: the error tasks are the callback's, and are given the id that it would have had.
        var callback = CelerySignature.Read(chord.Callback, now);
        var id = CelerySignature.EndsOf(chord.Callback).OfType<string>().FirstOrDefault() ?? context.Id;
        var errors = callback.Terms.Errbacks.Index().SelectMany(errback => CeleryCanvas.Expand(
            errback.Item, turn with { Values = [JsonSerializer.SerializeToElement(id)], Role = $"celery-error-{errback.Index}" }));
        await SendAsync(errors).ConfigureAwait(false);
        var failure = new CeleryFailure("ChordError", $"Dependency {ids[failed]} raised {ends[failed].Result}", CeleryFailure.CeleryExceptions);
        await results.TellFollowersAsync(
            new CeleryTerms { Chain = [.. callback.Terms.Chain, chord.Callback], Group = callback.Terms.Group }, failure, now, cancellationToken).ConfigureAwait(false);

        async ValueTask SendAsync(IEnumerable<CeleryTask> tasks)
        {
            foreach (var task in tasks)
            {
                await sends.SendAsync(task, parent, context.Queue, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static List<string> ReadIds(JsonElement? result)
    {
        const string Rule = "its 'result' is not [[[id, parent], children], …]";
        return result is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item is { ValueKind: JsonValueKind.Array } && item.GetArrayLength() > 0
                && item[0] is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() > 0
                && pair[0] is { ValueKind: JsonValueKind.String } id && CeleryResults.IsNameable(id.GetString()!)
                    ? id.GetString()!
                    : throw CelerySignature.Fault(Rule))]
            : throw CelerySignature.Fault(Rule);
    }
}
