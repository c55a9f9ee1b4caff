using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Workflows;

/// <summary>The pipeline of all workflows that are JSON documents.</summary>
public static class WorkflowOrchestrator
{
    /// <summary>The pipeline's name.</summary>
    internal const string Pipeline = "workflow";

    /// <summary>Runs a document.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="document">The document, as it was accepted.</param>
    [Pipeline(Pipeline)]
    [Function(FunctionNames.Workflow)]
    public static Task<JsonElement> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, JsonElement document) =>
        new WorkflowRun(context, document).RunAsync();
}
