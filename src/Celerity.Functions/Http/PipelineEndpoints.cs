using Celerity.Functions.Compositions;
using Celerity.Functions.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Starts pipelines.</summary>
public static class PipelineEndpoints
{
    /// <summary>
    /// Starts a run: 202 with the run's URLs. Query: <c>tag</c> (up to 20), and <c>idempotencyKey</c>: started again with the same one within 7 days, it is
    /// the run that is there, which <c>existing</c> says; <c>deadline</c>, a duration or an instant: a run that has not ended by then fails.
    /// </summary>
    [Function("CelerityStartPipeline")]
    public static Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "pipelines/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await Endpoint.ReadBodyAsync(request, context.CancellationToken).ConfigureAwait(false);
            var services = context.InstanceServices.With(client);
            var (run, existing) = await services.GetRequiredService<RunStarter>().StartAsync(
                name, body, RunQuery.ReadTerms(request, services.GetRequiredService<TimeProvider>()), context.CancellationToken).ConfigureAwait(false);
            return RunLinks.Started(request, run, existing);
        });
    }
}
