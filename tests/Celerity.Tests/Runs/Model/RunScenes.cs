using Celerity.Runs;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Model;

/// <summary>What a world begins with. It is played once, and then copied.</summary>
internal static class RunScenes
{
    /// <summary>Plays what comes before the start of a story; nothing goes wrong.</summary>
    public static RunWorld Play(RunStory story)
    {
        var world = new RunWorld(story with { Tables = tables => tables });
        if (story.Scene == RunScene.None)
        {
            return world;
        }

        var starter = new RunProcess(world);
        starter.Calm("start", services => services.GetRequiredService<RunStarts>().StartAsync(RunWorld.NewRun(RunWorld.FirstRun, world.Time), starter, CancellationToken.None).AsTask());
        while (!IsSet(world))
        {
            Orchestrate(world);
            if (story.HasEnded)
            {
                DeliverAll(world, story.Scene == RunScene.Untold);
            }
        }

        world.Time.Advance(TimeSpan.FromMinutes(5));
        return world;
    }

    /// <summary>Delivers what is on the queue; nothing goes wrong.</summary>
    public static void DeliverAll(RunWorld world, bool diesBeforeALetter = false)
    {
        while (world.Queues.Next is { DequeueCount: var count } item && !(diesBeforeALetter && count > 1))
        {
            var process = new RunProcess(world);
            if (diesBeforeALetter && !TryDeliver(process, item))
            {
                world.Queues.ComeAgain(item);
                world.Account.Wake();
                return;
            }

            if (!diesBeforeALetter)
            {
                process.Calm("slice", process.Take(item));
            }

            world.Queues.Remove(item);
            world.Account.Wake();
        }
    }

    /// <summary>Makes the next step of an orchestration; nothing goes wrong.</summary>
    public static void Orchestrate(RunWorld world)
    {
        var process = new RunProcess(world);
        process.Calm("orchestrate", process.TakeStep());
        world.Account.Put(process.Orchestration!);
    }

    private static bool TryDeliver(RunProcess process, QueueItem item)
    {
        process.Begin("slice", process.Take(item));
        while (process.Call is { } call)
        {
            if (!call.IsRead && call.Touches.Value.Any(touch => touch.Key.StartsWith(StorageNames.DeadLettersTable, StringComparison.Ordinal)))
            {
                return false;
            }

            process.Go();
        }

        return true;
    }

    private static bool IsSet(RunWorld world) => world.Story.Scene switch
    {
        RunScene.AtWork => world.Account.Orchestrations.Any(orchestration => orchestration.IsWatching),
        RunScene.Brief or RunScene.Begun => world.Account.Runs().Values.Single().State == RunState.Running,
        _ => world.Account.Orchestrations.All(orchestration => orchestration.HasEnded),
    };
}
