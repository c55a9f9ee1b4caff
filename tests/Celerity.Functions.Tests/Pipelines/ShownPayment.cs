using Celerity.Functions.Tests.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>A pipeline whose request has a secret.</summary>
public static class ShownPayment
{
    /// <summary>Runs nothing.</summary>
    [Pipeline("shown-payment")]
    [Function("ShownPayment")]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, PaymentTask request) => Task.CompletedTask;
}
