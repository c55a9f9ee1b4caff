using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Schedules;

/// <summary>Checks the schedules of code and configuration once all tasks and pipelines have been added.</summary>
internal sealed class ScheduleSetup(ScheduleList list, ScheduleTargets targets, TaskRegistry tasks, TimeProvider time, ILogger<ScheduleSetup> logger)
{
    /// <summary>Gets since when this process has known its schedules: what was due before is the past of one that is seen for the first time.</summary>
    public DateTimeOffset KnownSince { get; } = time.GetUtcNow();

    /// <exception cref="CelerityException">CEL0293: a target is not there, or does not take its payload.</exception>
    public void Check()
    {
        foreach (var schedule in list.All)
        {
            targets.Check(schedule);
        }

        foreach (var burst in Bursts.Of([.. list.All], tasks, KnownSince))
        {
            logger.Burst(burst.ToString());
        }
    }
}
