using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Orchestration.Replay;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

namespace Microsoft.DurableTask;

/// <summary>What Functions add to orchestrators.</summary>
public static class TaskOrchestrationContextExtensionMethods
{
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context, HttpMethod method, Uri uri, string? content = null, HttpRetryOptions? retryOptions = null) =>
        context.CallHttpAsync(new DurableHttpRequest(method, uri) { Content = content, HttpRetryOptions = retryOptions });

    /// <summary>Makes an HTTP request as an activity. An answer 202 with a <c>Location</c> is asked there, between durable timers, until there is another.</summary>
    public static Task<DurableHttpResponse> CallHttpAsync(this TaskOrchestrationContext context, DurableHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        return DurableHttpCall.RunAsync(context, request);
    }

    /// <summary>Gets the context of the function invocation that runs the orchestrator, or <see langword="null"/> outside of one.</summary>
    public static FunctionContext? GetFunctionContext(this TaskOrchestrationContext context) =>
        (context as OrchestratorContext)?.Caller as FunctionContext;
}
