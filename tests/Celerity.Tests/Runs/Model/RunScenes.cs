using Celerity.Runs;
using Celerity.Stages.Slices;
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
            new RunProcess(world).Calm("orchestrate", world.Account.Next!.StepAsync);
            if (story.HasEnded)
            {
                DeliverAll(world);
            }
        }

        world.Time.Advance(TimeSpan.FromMinutes(5));
        return world;
    }

    /// <summary>Delivers what is on the queue; nothing goes wrong.</summary>
    public static void DeliverAll(RunWorld world)
    {
        while (world.Queues.Next is { } item)
        {
            var process = new RunProcess(world);
            process.Slice = SliceMessage.TryDecode(item.Body, out _);
            process.Calm("slice", services => services.GetRequiredService<SliceExecutor>().RunAsync(item, world.Account, CancellationToken.None).AsTask());
            world.Queues.Remove(item);
            world.Account.Wake();
        }
    }

    private static bool IsSet(RunWorld world) => world.Story.Scene switch
    {
        RunScene.Brief => world.Account.Runs().Values.Single().State == RunState.Running,
        _ => world.Account.Orchestrations.All(orchestration => orchestration.HasEnded),
    };
}
