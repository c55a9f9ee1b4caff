using System.Text.Json;
using Celerity.Tasks;

namespace Celerity.Schedules;

/// <summary>Puts together what is shown of schedules: one request for all, one more for the firings of one.</summary>
internal sealed class ScheduleViews(ScheduleStore store, FiringRecords records, ScheduleList list, TaskRegistry tasks, TimeProvider time)
{
    private const int NextCount = 10;

    /// <summary>Shows all schedules, and which of them together exceed a rate limit within the next hour.</summary>
    public async ValueTask<(IReadOnlyList<ScheduleView> Schedules, IReadOnlyList<string> Warnings)> ListAsync(CancellationToken cancellationToken)
    {
        var states = (await store.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(state => state.Name, StringComparer.OrdinalIgnoreCase);
        var (schedules, warnings) = (new List<(Schedule Schedule, ScheduleState? State)>(), new List<string>());
        foreach (var name in list.All.Select(schedule => schedule.Name).Union(states.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            var state = states.GetValueOrDefault(name);
            try
            {
                if (list.Find(name, state) is { } schedule)
                {
                    schedules.Add((schedule, state));
                }
            }
            catch (CelerityException exception)
            {
                // What another version or another machine has defined must not hide the others.
                warnings.Add($"The schedule '{name}' does not fire: {exception.Message}");
            }
        }

        var active = schedules.Where(found => found.State?.Pause is null).Select(found => found.Schedule).ToList();
        warnings.AddRange(Bursts.Of(active, tasks, time.GetUtcNow()).Select(burst => burst.ToString()));
        return ([.. schedules.Select(found => View(found.Schedule, found.State))], warnings);
    }

    /// <summary>Shows one schedule with its latest firings.</summary>
    /// <exception cref="CelerityException">CEL0291: there is none.</exception>
    public async ValueTask<ScheduleView> GetAsync(string name, int firings, CancellationToken cancellationToken)
    {
        if (!Schedule.IsName(name)
            || await store.FindAsync(name, cancellationToken).ConfigureAwait(false) is var state && list.Find(name, state) is not { } schedule)
        {
            throw new CelerityException(ErrorCodes.UnknownSchedule, "There is no schedule of that name. GET /api/schedules lists them.");
        }

        var latest = await records.ListAsync(schedule.Name, firings, cancellationToken).ConfigureAwait(false);
        return View(schedule, state) with { Firings = [.. latest.Select(FiringView.Of)] };
    }

    private ScheduleView View(Schedule schedule, ScheduleState? state)
    {
        var options = schedule.Options;
        return new ScheduleView
        {
            Name = schedule.Name,
            DefinedIn = schedule.Source,
            Cron = options.Cron,
            Every = options.Every,
            Words = options.Every is { } every ? CronWords.OfInterval(every) : CronWords.Of(options.Cron!),
            TimeZone = options.TimeZone,
            Jitter = options.Jitter,
            StartAt = options.StartAt,
            EndAt = options.EndAt,
            Enabled = options.Enabled,
            Overlap = options.Overlap,
            Missed = options.Missed,
            MaxMissed = options.MaxMissed,
            Task = options.Task,
            Pipeline = options.Pipeline,
            Payload = options.Payload is null ? null : JsonElement.Parse(options.Payload),
            Paused = state?.Pause is { } pause ? new PauseView(pause.At, pause.Who, pause.Why) : null,
            Waiting = state?.Waiting,
            Next = options.Enabled && state?.Pause is null ? [.. Next(schedule, state).Take(NextCount)] : [],
            Last = state is { LastDueAt: { } due, LastSentAt: { } sent } ? new LastFiringView(state.LastId, due, sent) : null,
        };
    }

    private IEnumerable<DateTimeOffset> Next(Schedule schedule, ScheduleState? state)
    {
        // Where the clock was set back, nothing fires before it has come to the cursor again.
        var (now, cursor) = (time.GetUtcNow(), state?.Cursor ?? default);
        for (var due = schedule.Times.Next(cursor > now ? cursor : now); due is { } at; due = schedule.Times.Next(at))
        {
            yield return schedule.Times.FiresAt(at);
        }
    }
}
