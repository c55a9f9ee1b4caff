using Celerity.Admission;
using Celerity.Circuits;
using Celerity.Observing;
using Celerity.Priorities;
using Celerity.Retry;
using Celerity.Slots;
using Celerity.Tasks.Batching;
using Celerity.Tracing;

namespace Celerity.Tasks;

/// <summary>Decides what becomes of a claimed task: asks whether it may run now, runs it, and judges how that ended.</summary>
internal sealed class TaskJudge(
    TaskRegistry registry,
    IEnumerable<ITaskGate> gates,
    TaskAdmission admission,
    ConcurrencySlots slots,
    PriorityGate priorities,
    Batches batches,
    CircuitBreakers circuits,
    TaskObservers observers,
    IRandomSource random,
    TimeProvider time)
{
    private readonly ITaskGate[] _gates = [.. gates];

    /// <summary>Judges one task.</summary>
    /// <param name="pass">The pass; what it holds is its claim.</param>
    /// <param name="stopping">Fires when the app stops.</param>
    public async ValueTask<TaskVerdict> JudgeAsync(TaskPass pass, CancellationToken stopping)
    {
        var verdict = TaskVerdict.BeforeRun(pass.Row, pass.Envelope, registry, time.GetUtcNow())
            ?? await AskGatesAsync(pass).ConfigureAwait(false);
        if (verdict is not null)
        {
            return verdict;
        }

        (pass, var next) = await admission.AskAsync(pass, CancellationToken.None).ConfigureAwait(false);
        if (next is not null || stopping.IsCancellationRequested)
        {
            return next ?? TaskVerdict.PutBack(pass.Row);
        }

        var task = registry.Get(pass.Envelope.Task);
        task = task with { Settings = await admission.SettingsOfAsync(task, CancellationToken.None).ConfigureAwait(false) };
        (var leases, next) = await slots.EnterAsync(pass, task.Settings, CancellationToken.None).ConfigureAwait(false);
        if (next is not null)
        {
            return next;
        }

        try
        {
            return await WaitAndRunAsync(task, pass, leases, stopping).ConfigureAwait(false);
        }
        finally
        {
            await ConcurrencySlots.LeaveAsync(leases).ConfigureAwait(false);
        }
    }

    private async ValueTask<TaskVerdict> WaitAndRunAsync(TaskDefinition task, TaskPass pass, IReadOnlyList<SlotLease> leases, CancellationToken stopping)
    {
        // Who has lost a slot stops as when the app stops, and is put back.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource([stopping, .. leases.Select(lease => lease.Lost)]);
        if (pass.StartAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Those of a batch wait for each other: to wait for a place as well, each for itself, could keep a batch from ever filling.
        if (task.IsBatched)
        {
            return await RunAsync(task, pass, stop.Token).ConfigureAwait(false);
        }

        if (await priorities.TryEnterAsync(pass.Queue, stop.Token).ConfigureAwait(false) is not { } place)
        {
            return TaskVerdict.PutBack(pass.Row);
        }

        using (place)
        {
            return await RunAsync(task, pass, stop.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<TaskVerdict> RunAsync(TaskDefinition task, TaskPass pass, CancellationToken stopping)
    {
        if (!observers.IsEmpty)
        {
            var now = time.GetUtcNow();
            await observers.TellAsync(pass.Event(TaskEventKind.Started, now) with { Waited = pass.WaitedAt(now) }).ConfigureAwait(false);
        }

        using var span = EngineTracing.StartAttempt(pass);
        var end = await batches.RunAsync(task, pass, stopping).ConfigureAwait(false);
        var verdict = await circuits.CountAsync(task.Settings, pass, end).ConfigureAwait(false) is { } hold
            ? TaskVerdict.Held(pass.Row, hold)
            : TaskVerdict.AfterRun(pass.Row, task.Settings.Retry, end, random.NextDouble(), time.GetUtcNow());
        EngineTracing.Ended(span, verdict);
        return verdict with { Duration = end.Duration, Log = end.Log };
    }

    private async ValueTask<TaskVerdict?> AskGatesAsync(TaskPass pass)
    {
        foreach (var gate in _gates)
        {
            if (await gate.CheckAsync(pass, CancellationToken.None).ConfigureAwait(false) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }
}
