using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Tests.Durable;

public static class SampleFunctions
{
    [Function("HelloCities")]
    public static async Task<List<string>> HelloCities([OrchestrationTrigger] TaskOrchestrationContext context, string[]? cities)
    {
        var greetings = new List<string>();
        foreach (var city in cities ?? [])
        {
            greetings.Add(await context.CallActivityAsync<string>(nameof(SayHello), new City(city)));
        }

        return greetings;
    }

    [Function(nameof(SayHello))]
    public static string SayHello([ActivityTrigger] City city, string instanceId) => $"Hello {city.Name} from {instanceId}!";

    [Function("Approval")]
    public static async Task<bool> Approval([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return await context.WaitForExternalEvent<bool>("Approved");
    }

    [Function("Fails")]
    public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) =>
        throw new InvalidOperationException("on purpose");

    public sealed record City(string Name);
}
