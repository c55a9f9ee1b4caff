namespace Celerity.Tests.Tasks.Model;

/// <summary>What an actor of a model can do next.</summary>
/// <param name="Actor">Its name.</param>
/// <param name="IsAtWork">Whether it is in the middle of something.</param>
/// <param name="Steps">What it can do now.</param>
/// <param name="Touches">What those read or write.</param>
internal sealed record ActorSteps(string Actor, bool IsAtWork, IReadOnlyList<ModelStep> Steps, IReadOnlyCollection<Touch> Touches)
{
    /// <summary>
    /// Chooses which actors' steps to go on with: those of the fewest such that nothing that another may ever do conflicts with them, so that what others do first comes to the same. A death
    /// is a step of its actor; that there are only so many in all takes from others' choices, and adds none.
    /// </summary>
    /// <param name="actors">All that may still do something.</param>
    /// <param name="footprints">What they may touch.</param>
    public static List<ModelStep> Choose(IReadOnlyList<ActorSteps> actors, Footprints footprints)
    {
        List<ModelStep> chosen = [.. actors.SelectMany(actor => actor.Steps)];
        foreach (var first in actors.Where(actor => actor.IsAtWork))
        {
            if (Close(first, actors, footprints) is { } closed && closed.Sum(actor => actor.Steps.Count) < chosen.Count)
            {
                chosen = [.. closed.SelectMany(actor => actor.Steps)];
            }
        }

        return chosen;
    }

    // Null where it would take in one that cannot do anything yet: what lets it begin is any other's.
    private static List<ActorSteps>? Close(ActorSteps first, IReadOnlyList<ActorSteps> actors, Footprints footprints)
    {
        List<ActorSteps> closed = [first];
        for (var at = 0; at < closed.Count; at++)
        {
            foreach (var other in actors.Except(closed).Where(other => footprints.Of(other.Actor).Any(touch => closed[at].Touches.Any(touch.ConflictsWith))).ToList())
            {
                if (other.Steps.Count == 0)
                {
                    return null;
                }

                closed.Add(other);
            }
        }

        return closed;
    }
}
