using System.Globalization;
using System.Text.Json;
using Celerity.Groups;
using Celerity.Handover;
using Celerity.Runs;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Schedules;

/// <summary>What schedules fire: tasks and runs. Whatever it does can be done again without harm.</summary>
internal sealed class ScheduleTargets(
    BackgroundTasks tasks, ReservedSends sends, ControlRows controls, RunStore runs, ITaskControl control, TaskRegistry registry, IPipelineCheck pipelineCheck)
{
    /// <summary>What a task's tag begins with that a schedule has sent; its name follows.</summary>
    public const string TagPrefix = "schedule:";

    /// <summary>The header that has a task's due time.</summary>
    public const string DueHeader = "schedule-due";

    /// <summary>Makes the decision to fire. The id is a function of the schedule and the due time, so however often it is fired, it is one task or run.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="due">The due time.</param>
    /// <param name="request">What tells several requests of one instant apart, where it was asked for; else <see langword="null"/>.</param>
    public static Firing NewFiring(Schedule schedule, DateTimeOffset due, string? request = null)
    {
        var role = string.Create(CultureInfo.InvariantCulture, $"schedule\n{schedule.Name.ToLowerInvariant()}\n{due.UtcTicks}\n{request}");
        var id = DerivedId.Of($"{TaskKeys.FirstIdAt(due)}-due", role);
        return new Firing(due, FiringKind.Fired)
        {
            // A run's id has no hyphens: by that the two are told apart.
            Id = schedule.Options.Pipeline is null ? id : id.Replace("-", "", StringComparison.Ordinal),
            FiresAt = request is null ? schedule.Times.FiresAt(due) : null,
            Task = schedule.Options.Task,
            Pipeline = schedule.Options.Pipeline,
            Payload = schedule.Payload,
            IsManual = request is not null,
        };
    }

    /// <summary>Checks that a schedule's target is there and takes its payload.</summary>
    /// <exception cref="CelerityException">CEL0293: it is not, or does not.</exception>
    public void Check(Schedule schedule)
    {
        try
        {
            if (schedule.Options.Pipeline is { } pipeline)
            {
                pipelineCheck.Check(pipeline, schedule.Payload);
                return;
            }

            var task = registry.GetSendable(schedule.Options.Task!);
            _ = TaskPayload.Read(task.Settings.Name, task.PayloadType, JsonElement.Parse(schedule.Payload));
        }
        catch (CelerityException exception)
        {
            var (setting, found, rule) = exception.Code switch
            {
                ErrorCodes.UnknownTask => (nameof(ScheduleOptions.Task), $"'{schedule.Options.Task?.AtMost(100)}'", "a task that this app runs"),
                ErrorCodes.UnknownPipeline => (nameof(ScheduleOptions.Pipeline), $"'{schedule.Options.Pipeline?.AtMost(100)}'", "a pipeline of this app"),
                _ => (nameof(ScheduleOptions.Payload), "not what its target takes", "one that fits"),
            };
            throw schedule.Wrong(setting, found, $"{rule} ({exception.Message.TrimEnd('.')})", ErrorCodes.BadScheduleTarget, exception);
        }
    }

    /// <summary>Sends the task or starts the run of a decision that is stored.</summary>
    /// <exception cref="CelerityException">The target is not there any more, or does not take the payload any more.</exception>
    public async ValueTask FireAsync(string schedule, Firing firing, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        if (firing.Replaces is { } running)
        {
            await (RunKey.IsId(running) ? pipelines.CancelAsync(running, cancellationToken).AsTask() : control.RevokeAsync(running, cancellationToken)).ConfigureAwait(false);
        }

        if (firing.Pipeline is { } pipeline)
        {
            await pipelines.StartAsync(firing.Id!, pipeline, firing.Payload!, cancellationToken).ConfigureAwait(false);
            return;
        }

        var options = new EnqueueOptions
        {
            Tags = [TagPrefix + schedule],
            Headers = new Dictionary<string, string> { [DueHeader] = firing.DueAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) },
        };
        await tasks.SendCoveredAsync(firing.Id!, firing.Task!, JsonElement.Parse(firing.Payload!), options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a task or run has ended: one point read, mostly. One that is not there any more has.</summary>
    public async ValueTask<bool> HasEndedAsync(string id, CancellationToken cancellationToken)
    {
        if (RunKey.IsId(id))
        {
            return await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } run || run.State.IsEnd();
        }

        if (await controls.FindAsync(TaskKeys.ControlOf(id), cancellationToken).ConfigureAwait(false) is { } row)
        {
            return row.Ending is not null;
        }

        // Not begun, or kept no longer.
        return await sends.FindAsync(id, cancellationToken).ConfigureAwait(false) is null;
    }
}
