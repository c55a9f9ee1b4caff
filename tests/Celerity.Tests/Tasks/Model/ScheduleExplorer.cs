namespace Celerity.Tests.Tasks.Model;

/// <summary>Goes through every order in which things can happen in a scenario, each state once.</summary>
/// <remarks>
/// A pass cannot be copied, so a schedule is a list of choices that is played again from the start; a state that was seen before, however
/// it was reached, is not gone on from.
/// </remarks>
internal static class ScheduleExplorer
{
    private const int MaxSteps = 2000;

    public static Exploration Explore(Scenario scenario) => Explore(scenario.ToString(), () => new ModelWorld(scenario));

    /// <summary>Goes through every order in which things can happen in a world.</summary>
    /// <param name="name">What a violation is told with.</param>
    /// <param name="newWorld">Makes the world at its start.</param>
    /// <param name="maxStates">How many states there may be: more is a violation, so that no space grows unseen.</param>
    public static Exploration Explore(string name, Func<IModelWorld> newWorld, int maxStates = int.MaxValue)
    {
        // With a context, continuations would be posted to it instead of running on where a call is let go.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return ExploreAll(name, newWorld, maxStates);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Goes one way through a scenario, chosen by chance.</summary>
    /// <returns>The violation and the way to it, or <see langword="null"/>.</returns>
    public static string? Wander(Scenario scenario, int seed)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var random = new Random(seed);
            var world = new ModelWorld(scenario);
            var trace = new List<ModelStep>();
            for (var at = 0; at < MaxSteps; at++)
            {
                var steps = world.Steps();
                if (world.FindViolation(isQuiet: steps.Count == 0) is { } violation)
                {
                    return $"{scenario}, seed {seed}: {violation}\n  {Tell(trace)}";
                }

                if (steps.Count == 0)
                {
                    return null;
                }

                var step = steps[random.Next(steps.Count)];
                trace.Add(step);
                world.Take(step);
            }

            return $"{scenario}, seed {seed}: it does not end within {MaxSteps} steps.\n  {Tell(trace)}";
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static Exploration ExploreAll(string name, Func<IModelWorld> newWorld, int maxStates)
    {
        var seen = new HashSet<UInt128>();
        var choices = new List<(int Taken, int Count)>();
        var ends = 0;
        while (true)
        {
            var world = newWorld();
            var trace = new List<ModelStep>();
            if (Play(world, choices, seen, trace, ref ends) is { } violation)
            {
                return new Exploration(seen.Count, ends, $"{name}: {violation}\n  {Tell(trace)}");
            }

            if (seen.Count > maxStates)
            {
                return new Exploration(seen.Count, ends, $"{name}: there are more than {maxStates} states.");
            }

            while (choices.Count > 0 && choices[^1].Taken + 1 == choices[^1].Count)
            {
                choices.RemoveAt(choices.Count - 1);
            }

            if (choices.Count == 0)
            {
                return new Exploration(seen.Count, ends, null);
            }

            choices[^1] = (choices[^1].Taken + 1, choices[^1].Count);
        }
    }

    private static string? Play(IModelWorld world, List<(int Taken, int Count)> choices, HashSet<UInt128> seen, List<ModelStep> trace, ref int ends)
    {
        for (var at = 0; at < MaxSteps; at++)
        {
            var steps = world.Steps();

            // What leads to the last choice was looked at when it was new.
            if (at >= choices.Count && world.FindViolation(isQuiet: steps.Count == 0) is { } violation)
            {
                return violation;
            }

            if (at == choices.Count)
            {
                if (!seen.Add(Fingerprint(world)))
                {
                    return null;
                }

                if (steps.Count > 0)
                {
                    choices.Add((0, steps.Count));
                }
            }

            if (steps.Count == 0)
            {
                ends++;
                return null;
            }

            var step = steps[choices[at].Taken];
            trace.Add(step);
            try
            {
                world.Take(step);
            }
            catch (InvalidOperationException exception)
            {
                return exception.Message;
            }
        }

        return $"It does not end within {MaxSteps} steps.";
    }

    private static string Tell(List<ModelStep> trace) => string.Join("\n  ", trace.Select(step => step.Name()));

    private static UInt128 Fingerprint(IModelWorld world)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(world.Describe());
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(System.Security.Cryptography.SHA256.HashData(bytes));
    }
}

/// <summary>What an exploration found.</summary>
/// <param name="States">How many different states there were.</param>
/// <param name="Ends">How many of them were quiet ends.</param>
/// <param name="Violation">The first violation and the way to it, or <see langword="null"/>.</param>
internal sealed record Exploration(int States, int Ends, string? Violation);
