using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1822, CA1848, CA1873 // Written as users write functions.
namespace Celerity.LocalRuntime.Tests.Durable;

public sealed class WorkerFunctions(WorkerFunctions.Greeter greeter, ILogger<WorkerFunctions> logger)
{
    [Function("Start")]
    public async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request, [DurableClient] DurableTaskClient client)
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Greet", new { name = "Ada" }, new StartOrchestrationOptions("greet-1"));
        return await client.CreateCheckStatusResponseAsync(request, id);
    }

    [Function("Urls")]
    public HttpResponseData Urls([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request, [DurableClient] DurableTaskClient client)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString(client.CreateHttpManagementPayload("x y").StatusQueryGetUri!);
        return response;
    }

    [Function("Greet")]
    public async Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context, Person person, FunctionContext functionContext)
    {
        context.CreateReplaySafeLogger<WorkerFunctions>().LogInformation("greeting {Name}", person.Name);
        await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
        var greeting = await context.CallActivityAsync<string>(nameof(MakeGreeting), person);
        return $"{greeting} ({functionContext.FunctionDefinition.Name}, {(await context.CallActivityAsync<Person?>(nameof(Nobody)))?.Name ?? "nobody"})";
    }

    [Function(nameof(MakeGreeting))]
    public Task<string> MakeGreeting([ActivityTrigger] Person person) => Task.FromResult(greeter.Greet(person.Name));

    [Function(nameof(Nobody))]
    public Person? Nobody([ActivityTrigger] string? nothing)
    {
        logger.LogDebug("asked with {Input}", nothing);
        return null;
    }

    [Function("BadInput")]
    public static async Task<string> BadInput([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>(nameof(MakeGreeting), "not a person");
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.FailureDetails.ErrorType} <- {failed.FailureDetails.InnerFailure!.ErrorType}";
        }
    }

    public sealed record Person(string Name);

    public sealed class Greeter
    {
        public string Greet(string name) => $"Hello {name}";
    }
}
