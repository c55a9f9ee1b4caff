using Celerity.Tasks;

namespace Celerity.Workers;

/// <summary>Whether a process is to be recycled.</summary>
internal static class RecycleDecision
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>Tells why; <see langword="null"/> where it is not.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="facts">What the process has come to.</param>
    /// <param name="jitter">0 to 1: how much of the tenth by which its age may be above the limit.</param>
    public static string? For(WorkerOptions options, WorkerFacts facts, double jitter)
    {
        var isOn = options.RecycleAfterTasks is not null || options.RecycleAboveMegabytes is not null || options.RecycleAfter is not null;
        var megabytes = facts.WorkingSetBytes / Megabyte;
        return !isOn ? null
            : facts.TasksRun >= options.RecycleAfterTasks ? $"It has run {facts.TasksRun} tasks; {nameof(options.RecycleAfterTasks)} is {options.RecycleAfterTasks}."
            : megabytes > options.RecycleAboveMegabytes ? $"It has {megabytes} MB of memory; {nameof(options.RecycleAboveMegabytes)} is {options.RecycleAboveMegabytes}."
            : facts.Age >= options.RecycleAfter * (1 + (jitter / 10)) ? $"It has run for {facts.Age:c}; {nameof(options.RecycleAfter)} is {options.RecycleAfter:c}."
            : facts.Zombies > options.RecycleAboveZombies ? $"{facts.Zombies} handlers ignored their tokens; {nameof(options.RecycleAboveZombies)} is {options.RecycleAboveZombies}."
            : null;
    }
}
