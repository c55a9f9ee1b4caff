using Celerity.Controls;

namespace Celerity.Schedules;

/// <summary>Changes schedules while the app runs. Each change is one transaction with its record in the audit, and is in force for the next decision.</summary>
internal sealed class ScheduleControl(
    ScheduleStore store, ScheduleTurn turns, ScheduleTargets targets, ScheduleList list, AuditLog audit, TimeProvider time)
{
    /// <summary>How many schedules may be defined over HTTP.</summary>
    public const int MaxSchedules = 1000;

    private const int MaxRounds = 10;

    /// <summary>Defines a schedule, or edits one: it does not fire for the past.</summary>
    /// <returns>Whether there was none of that name.</returns>
    /// <exception cref="CelerityException">
    /// CEL0290, CEL0293: it is set up wrongly; CEL0292: code or configuration defines it; CEL0294: there are too many. Nothing was changed.
    /// </exception>
    public async ValueTask<bool> PutAsync(
        string name, ScheduleOptions options, ActionNote note, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        ThrowIfDefined(name, "edited");
        var schedule = new Schedule(name, options, ScheduleSource.Api);
        targets.Check(schedule);
        var payload = options.Payload;
        options.Payload = null;
        var definition = CelerityJson.Write(options);
        options.Payload = payload;
        var isNew = false;
        await ChangeAsync(
            name,
            pipelines,
            async state =>
            {
                isNew = !IsThere(state);
                if (isNew && (await store.ListAsync(cancellationToken).ConfigureAwait(false)).Count >= MaxSchedules)
                {
                    throw new CelerityException(ErrorCodes.TooManySchedules, $"There are {MaxSchedules} schedules; the limit is {MaxSchedules}. Delete some, or let one task fan out. Nothing was changed.");
                }

                return (state ?? new ScheduleState(name)) with
                {
                    Cursor = time.GetUtcNow(),
                    Fingerprint = schedule.Fingerprint,
                    Definition = definition,
                    Payload = payload,
                    Pause = isNew ? null : state!.Pause,
                    IsDeleted = false,
                    Waiting = null,
                };
            },
            "schedule.put",
            note,
            state => $$"""{"was":{{(IsThere(state) ? state!.Definition : "null") ?? "null"}},"is":{{definition}}}""",
            cancellationToken).ConfigureAwait(false);
        return isNew;
    }

    /// <summary>Deletes a schedule. What it has fired runs on.</summary>
    /// <exception cref="CelerityException">CEL0291: there is none; CEL0292: code or configuration defines it.</exception>
    public async ValueTask DeleteAsync(string name, ActionNote note, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        ThrowIfDefined(name, "deleted");
        await ChangeAsync(
            name,
            pipelines,
            state => new(IsThere(state) ? state! with { IsDeleted = true, Definition = null, Payload = null, Pause = null, Waiting = null } : throw Unknown()),
            "schedule.delete",
            note,
            state => $$"""{"was":{{state!.Definition}}}""",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a schedule from firing until it is resumed.</summary>
    /// <returns>Whether it was not paused before.</returns>
    /// <exception cref="CelerityException">CEL0291: there is none.</exception>
    public ValueTask<bool> PauseAsync(string name, ActionNote note, IPipelineStarts pipelines, CancellationToken cancellationToken) => ChangeAsync(
        name,
        pipelines,
        state => new(Known(name, state) is { Pause: null } known ? known with { Pause = new PauseNote(true, time.GetUtcNow(), note.Who, note.Why) } : null),
        "schedule.pause",
        note,
        _ => null,
        cancellationToken);

    /// <summary>Lets a schedule fire again, from now on: what was due meanwhile is not made up for.</summary>
    /// <returns>Whether it was paused.</returns>
    /// <exception cref="CelerityException">CEL0291: there is none.</exception>
    public ValueTask<bool> ResumeAsync(string name, ActionNote note, IPipelineStarts pipelines, CancellationToken cancellationToken) => ChangeAsync(
        name,
        pipelines,
        state => new(Known(name, state) is { Pause: not null } known ? known with { Pause = null, Cursor = time.GetUtcNow() } : null),
        "schedule.resume",
        note,
        _ => null,
        cancellationToken);

    /// <summary>Fires now, whatever its due times, its pause and its overlap policy say.</summary>
    /// <returns>The id of the task or run.</returns>
    /// <exception cref="CelerityException">CEL0291: there is none.</exception>
    public async ValueTask<string> RunAsync(string name, ActionNote note, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        var request = Guid.NewGuid().ToString("N");
        Firing? firing = null;
        await ChangeAsync(
            name,
            pipelines,
            state =>
            {
                var known = Known(name, state);
                var schedule = list.Find(name, known)!;
                targets.Check(schedule);
                firing ??= ScheduleTargets.NewFiring(schedule, time.GetUtcNow(), request);
                return new(known with { Open = firing, LastId = firing.Id });
            },
            "schedule.run",
            note,
            _ => CelerityJson.Write(new { firing!.Id }),
            cancellationToken).ConfigureAwait(false);
        return firing!.Id!;
    }

    private static bool IsThere(ScheduleState? state) => state is { IsDeleted: false, Definition: not null };

    private static CelerityException Unknown() => new(ErrorCodes.UnknownSchedule, "There is no schedule of that name. GET /api/schedules lists them.");

    private void ThrowIfDefined(string name, string verb)
    {
        if (list.Find(name) is { } defined)
        {
            var place = defined.Source == ScheduleSource.Code ? $"in code, by AddSchedule(\"{defined.Name}\")" : $"in configuration, as Celerity:Schedules:{defined.Name}";
            throw new CelerityException(
                ErrorCodes.ScheduleDefinedElsewhere, $"The schedule '{defined.Name}' is defined {place}; it can be paused, but not {verb} here. Change it there. Nothing was changed.");
        }
    }

    // A schedule of code that no round has seen yet has no row.
    private ScheduleState Known(string name, ScheduleState? state) => list.Find(name) is { } defined
        ? ScheduleTurn.IsNew(defined, state) ? turns.NewState(defined, state) : state!
        : IsThere(state) ? state! : throw Unknown();

    // What was decided before is done with what it was decided by, and before anything is answered: also that there is nothing to change, for who
    // asks again may be told so of a change of which the first reply was lost.
    private async ValueTask<bool> ChangeAsync(
        string name,
        IPipelineStarts pipelines,
        Func<ScheduleState?, ValueTask<ScheduleState?>> change,
        string what,
        ActionNote note,
        Func<ScheduleState?, string?> details,
        CancellationToken cancellationToken)
    {
        if (!Schedule.IsName(name))
        {
            throw Unknown();
        }

        for (var round = 0; round < MaxRounds; round++)
        {
            var found = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
            var state = found is null ? null : await turns.FinishAsync(found, pipelines, cancellationToken).ConfigureAwait(false);
            if (await change(state).ConfigureAwait(false) is not { } changed)
            {
                return false;
            }

            var row = audit.NewRow(what, changed.Name, note, details(state));
            if (await store.TryWriteAsync(changed, row, cancellationToken).ConfigureAwait(false) is not { } stored)
            {
                continue;
            }

            if (stored.Open is not null)
            {
                // Refused: a round has done it as well, and written so.
                stored = await turns.FinishAsync(stored, pipelines, cancellationToken).ConfigureAwait(false);
                _ = await store.TryWriteAsync(stored, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }

        throw new InvalidOperationException($"The row of the schedule '{name}' was changed by others {MaxRounds} times in a row.");
    }
}
