using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Primitives;

#pragma warning disable CA1822 // Written as users write functions.
namespace Celerity.LocalRuntime.Tests.Durable;

public sealed class HttpCallFunctions(HttpCallFunctions.Server server)
{
    [Function("Call")]
    public async Task<string> Call([OrchestrationTrigger] TaskOrchestrationContext context, CallInput input)
    {
        var request = new DurableHttpRequest(HttpMethod.Parse(input.Method), new Uri(input.Uri))
        {
            Content = input.Content,
            Headers = new Dictionary<string, StringValues> { ["X-Tag"] = "tag", ["Content-Type"] = "text/special" },
            AsynchronousPatternEnabled = input.Follows,
            Timeout = input.Timeout,
            HttpRetryOptions = input.Attempts == 0 ? null : new HttpRetryOptions { MaxNumberOfAttempts = input.Attempts, FirstRetryInterval = TimeSpan.FromMinutes(1) },
        };
        var from = context.CurrentUtcDateTime;
        try
        {
            var response = await context.CallHttpAsync(request);
            return $"{(int)response.StatusCode} {response.Content} {response.Headers!["X-Reply"]} after {(context.CurrentUtcDateTime - from).TotalSeconds} s";
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.FailureDetails.ErrorType} after {(context.CurrentUtcDateTime - from).TotalSeconds} s";
        }
    }

    [Function("CallShort")]
    public async Task<string?> CallShort([OrchestrationTrigger] TaskOrchestrationContext context, string uri) =>
        (await context.CallHttpAsync(HttpMethod.Get, new Uri(uri))).Content;

    [Function("Caller")]
    public string? Caller([OrchestrationTrigger] TaskOrchestrationContext context) =>
        $"{context.GetFunctionContext()?.FunctionDefinition.Name} {context.GetFunctionContext()?.InstanceServices.GetService(typeof(Server)) is not null}";

    [Function("Echo")]
    public async Task<HttpResponseData> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "echo/{status:int}")] HttpRequestData request, int status)
    {
        server.Calls++;
        var response = request.CreateResponse((HttpStatusCode)status);
        response.Headers.Add("X-Reply", request.Headers.TryGetValues("X-Tag", out var tags) ? string.Join(',', tags) : "none");
        var type = request.Headers.TryGetValues("Content-Type", out var types) ? types.Single() : "no content";
        await response.WriteStringAsync($"{request.Method} [{await request.ReadAsStringAsync()}] {type}");
        return response;
    }

    [Function("Slow")]
    public async Task<HttpResponseData> Slow([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "slow/{polls:int}/{pause:int}")] HttpRequestData request, int polls, int pause)
    {
        server.Calls++;
        var response = request.CreateResponse(polls == 0 ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        response.Headers.Add("X-Reply", string.Join(',', request.Headers.GetValues("X-Tag")));
        if (polls > 0)
        {
            response.Headers.Add("Location", $"/api/slow/{polls - 1}/{pause}");
            if (pause > 0)
            {
                response.Headers.Add("Retry-After", $"{pause}");
            }
        }

        await response.WriteStringAsync(request.Method);
        return response;
    }

    [Function("Never")]
    public async Task<HttpResponseData> Never([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request)
    {
        server.Asked.TrySetResult();
        await server.Release.Task;
        return request.CreateResponse();
    }

    [Function("WaitFor")]
    public Task<HttpResponseData> WaitFor(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait/{id}")] HttpRequestData request, [DurableClient] DurableTaskClient client, string id) =>
        client.WaitForCompletionOrCreateCheckStatusResponseAsync(
            request, id, returnInternalServerErrorOnFailure: true, getInputsAndOutputs: true, cancellation: server.GiveUp.Token);

    public sealed record CallInput(string Method, string Uri, string? Content = null, bool Follows = true, TimeSpan? Timeout = null, int Attempts = 0);

    public sealed class Server : IDisposable
    {
        public int Calls { get; set; }

        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Release { get; } = new();

        public CancellationTokenSource GiveUp { get; } = new();

        public void Dispose() => GiveUp.Dispose();
    }
}
