using Celerity.Functions.Workflows;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Http;

/// <summary>Starts workflows that are JSON documents.</summary>
public static class WorkflowEndpoints
{
    /// <summary>
    /// Starts a document of at most 30,000 bytes as a run of the pipeline <c>workflow</c>: 202 with the run's URLs; 400 (CEL0355) with the places where it
    /// does not fit. Query as for pipelines: <c>tag</c> (up to 20) and <c>idempotencyKey</c>.
    /// </summary>
    [Function("CelerityStartWorkflow")]
    public static Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => PipelineEndpoints.StartAsync(request, WorkflowOrchestrator.Pipeline, client, context);

    /// <summary>Shows the JSON schema of the documents.</summary>
    [Function("CelerityGetWorkflowSchema")]
    public static IResult GetSchema([HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/schema")] HttpRequest request) =>
        Results.Text(WorkflowSchema.Text, "application/schema+json");
}
