using Celerity.LocalRuntime.Orchestration.Entities;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Tests.Orchestration.Programs;

/// <summary>The entities of random orchestrations, and what these do with them.</summary>
internal static class ProgramEntities
{
    /// <summary>Two counters that all orchestrations of a program share. Each change is made to both, under a lock.</summary>
    public static readonly EntityInstanceId One = new("counter", "one");
    public static readonly EntityInstanceId Two = new("counter", "two");

    public static bool Has(string name) => name is "counter" or "log";

    public static Task RunAsync(EntityBatch batch) => batch.RunAsync(operation => batch.Id.Name == "log" ? Append(operation) : Count(operation));

    /// <summary>Signals an entity of its own a number of times, then asks it for what it has got.</summary>
    public static async Task<string> AppendAsync(TaskOrchestrationContext context, string name, int count)
    {
        var id = new EntityInstanceId("log", $"{context.InstanceId}/{name}");
        for (var i = 0; i < count; i++)
        {
            await context.Entities.SignalEntityAsync(id, "append", i);
        }

        return await TakeAsync(context, id, count);
    }

    /// <summary>Calls an operation that changes the state, signals and fails.</summary>
    public static async Task<string> FailAsync(TaskOrchestrationContext context, string name)
    {
        var id = new EntityInstanceId("log", $"{context.InstanceId}/{name}");
        try
        {
            return await context.Entities.CallEntityAsync<string>(id, "fail", 7);
        }
        catch (EntityOperationFailedException failure)
        {
            return $"!{failure.FailureDetails.ErrorMessage}:{await TakeAsync(context, id, 1)}";
        }
    }

    /// <summary>Reads both counters, waits, and writes both: nobody else may have come in between.</summary>
    public static async Task<string> CountAsync(TaskOrchestrationContext context, int seconds)
    {
        await using (await context.Entities.LockEntitiesAsync(seconds % 2 == 0 ? [One, Two] : [Two, One]))
        {
            var before = await context.Entities.CallEntityAsync<int>(One, "get");
            await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
            var together = before == await context.Entities.CallEntityAsync<int>(Two, "get");
            await Task.WhenAll(context.Entities.CallEntityAsync(One, "set", before + 1), context.Entities.CallEntityAsync(Two, "set", before + 1));
            return together ? "counted" : "torn apart";
        }
    }

    /// <summary>Leaves nothing behind: on a clock that stands still, a child of the next round has the id of this one's.</summary>
    private static async Task<string> TakeAsync(TaskOrchestrationContext context, EntityInstanceId id, int last)
    {
        var text = await context.Entities.CallEntityAsync<string>(id, "append", last);
        await context.Entities.CallEntityAsync(id, "clear");
        return text;
    }

    private static ValueTask<object?> Append(TaskEntityOperation operation)
    {
        operation.State.SetState(operation.Name == "clear" ? null : operation.State.GetState(string.Empty) + operation.GetInput<int>());
        if (operation.Name != "fail")
        {
            return new(operation.State.GetState<string>());
        }

        operation.Context.SignalEntity(operation.Context.Id, "append", 9);
        throw new InvalidOperationException("on purpose");
    }

    private static ValueTask<object?> Count(TaskEntityOperation operation)
    {
        if (operation.Name == "set")
        {
            operation.State.SetState(operation.GetInput<int>());
        }

        return new(operation.State.GetState(0));
    }
}
