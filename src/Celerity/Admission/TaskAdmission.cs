using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Holding;
using Celerity.Observing;
using Celerity.RateLimits;
using Celerity.Revocation;
using Celerity.Slots;
using Celerity.Tasks;

namespace Celerity.Admission;

/// <summary>
/// Decides whether tasks may run now: nothing holds them, there is room for them, and their rate limits give them an instant. It is asked for all
/// tasks of a delivery at once, before anything is written for them, so that those that have to wait cost two requests for a message of them.
/// </summary>
internal sealed class TaskAdmission(
    ControlBoard board,
    LiveSettings live,
    TaskRegistry registry,
    Revocations revocations,
    CircuitGate circuits,
    RateLimiter limiter,
    ConcurrencySlots slots,
    TaskHandover handover,
    TaskObservers observers,
    TimeProvider time)
{
    /// <summary>Sends away what cannot run now.</summary>
    /// <param name="passes">Passes of a message's first delivery.</param>
    /// <param name="cancellationToken">Stops the wait. What was not sent comes again with its message.</param>
    /// <returns>What may be claimed. What has ended, is not due or is not known is among it: it is judged after its claim.</returns>
    public async ValueTask<IReadOnlyList<TaskPass>> AdmitAsync(IReadOnlyList<TaskPass> passes, CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var admitted = new List<TaskPass>(passes.Count);
        var away = new List<(TaskPass Pass, TaskVerdict.Next Next)>();
        foreach (var sameTask in passes.GroupBy(pass => pass.Envelope.Task, StringComparer.OrdinalIgnoreCase))
        {
            var (asked, others) = Split(sameTask, pass => TaskVerdict.BeforeRun(pass.Row, pass.Envelope, registry, now) is null
                && TaskVerdict.IfNotDue(pass.Row, pass.Envelope, now) is null);
            admitted.AddRange(others);
            foreach (var (pass, next) in await AskAsync(asked, controls, cancellationToken).ConfigureAwait(false))
            {
                // Nor does a revoked one wait for its turn.
                if (next is null || await revocations.FindAsync(pass, cancellationToken).ConfigureAwait(false) is not null)
                {
                    admitted.Add(pass with { IsAdmitted = next is null });
                }
                else
                {
                    away.Add((pass, next));
                }
            }
        }

        await handover.SendUnclaimedAsync(away, CancellationToken.None).ConfigureAwait(false);
        foreach (var (pass, next) in observers.IsEmpty ? [] : away)
        {
            await observers.TellAsync(pass.Deferred(next, now)).ConfigureAwait(false);
        }

        return admitted;
    }

    /// <summary>Asks for one task that is claimed already.</summary>
    /// <returns>Its pass, or what becomes of it instead.</returns>
    public async ValueTask<(TaskPass Pass, TaskVerdict.Next? Next)> AskAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        if (pass.IsAdmitted)
        {
            return (pass, null);
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return (await AskAsync([pass], controls, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>What a task is set to now.</summary>
    public async ValueTask<TaskSettings> SettingsOfAsync(TaskDefinition task, CancellationToken cancellationToken) =>
        live.Of(task, await board.GetAsync(cancellationToken).ConfigureAwait(false));

    private async ValueTask<IReadOnlyList<(TaskPass Pass, TaskVerdict.Next? Next)>> AskAsync(
        List<TaskPass> passes, ControlSnapshot controls, CancellationToken cancellationToken)
    {
        if (passes.Count == 0 || registry.Find(passes[0].Envelope.Task) is not { } task)
        {
            return [.. passes.Select(pass => (pass, (TaskVerdict.Next?)null))];
        }

        var answers = new List<(TaskPass Pass, TaskVerdict.Next? Next)>(passes.Count);
        var free = new List<TaskPass>(passes.Count);
        foreach (var pass in passes)
        {
            if (HoldRule.Find(pass, controls) is { } hold)
            {
                answers.Add((pass, TaskVerdict.Held(pass.Row, hold)));
            }
            else
            {
                free.Add(pass);
            }
        }

        var settings = live.Of(task, controls);
        var probed = await circuits.AskAsync(free, settings, controls, cancellationToken).ConfigureAwait(false);
        answers.AddRange(probed.Where(answer => answer.Held is not null));
        free = [.. probed.Where(answer => answer.Held is null).Select(answer => answer.Pass)];
        var turnedAway = slots.TurnAway(free, settings);
        answers.AddRange(free.Zip(turnedAway).Where(item => item.Second is not null));
        free = [.. free.Where((_, at) => turnedAway[at] is null)];
        answers.AddRange(await limiter.AskAsync(free, settings, cancellationToken).ConfigureAwait(false));
        return answers;
    }

    private static (List<TaskPass> These, List<TaskPass> Others) Split(IEnumerable<TaskPass> passes, Predicate<TaskPass> isThis)
    {
        var (these, others) = (new List<TaskPass>(), new List<TaskPass>());
        foreach (var pass in passes)
        {
            (isThis(pass) ? these : others).Add(pass);
        }

        return (these, others);
    }
}
