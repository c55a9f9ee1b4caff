using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Benchmarks;

/// <summary>What the durable benchmark runs.</summary>
public static class DurableFunctions
{
    /// <summary>Three activities, one after another.</summary>
    [Function(nameof(HelloSequence))]
    public static async Task<string[]> HelloSequence([OrchestrationTrigger] TaskOrchestrationContext context) =>
    [
        await context.CallActivityAsync<string>(nameof(SayHello), "Tokyo"),
        await context.CallActivityAsync<string>(nameof(SayHello), "Seattle"),
        await context.CallActivityAsync<string>(nameof(SayHello), "London"),
    ];

    /// <summary>Activities side by side.</summary>
    [Function(nameof(FanOut))]
    public static Task FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<string>(nameof(SayHello), $"{i}")));

    /// <summary>Timers that are due at once, side by side.</summary>
    [Function(nameof(Timers))]
    public static Task Timers([OrchestrationTrigger] TaskOrchestrationContext context, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => context.CreateTimer(TimeSpan.Zero, CancellationToken.None)));

    /// <summary>Waits for events, one after another.</summary>
    [Function(nameof(Events))]
    public static async Task Events([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await context.WaitForExternalEvent<int>("event");
        }
    }

    /// <summary>Waits for an event that does not come.</summary>
    [Function(nameof(Sleep))]
    public static Task Sleep([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<int>("never");

    /// <summary>Greets.</summary>
    [Function(nameof(SayHello))]
    public static string SayHello([ActivityTrigger] string name) => $"Hello {name}!";
}
