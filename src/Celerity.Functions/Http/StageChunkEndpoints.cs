using System.Globalization;
using Celerity.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows the chunks of a run's stage.</summary>
public static class StageChunkEndpoints
{
    /// <summary>Shows which chunks of a stage have ended and how, in ranges of which there are some 1,000 at most: 200; 404 where there is no such run or stage.</summary>
    [Function("CelerityGetStageChunks")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/stages/{stage}/chunks")] HttpRequest request, string id, string stage, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var isStage = int.TryParse(stage, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            var view = RunKey.IsId(id) && isStage
                ? await context.InstanceServices.GetRequiredService<StageChunks>().FindAsync(id, number, context.CancellationToken).ConfigureAwait(false)
                : null;
            return Endpoint.Json(view ?? throw new CelerityException(
                ErrorCodes.UnknownRun, "There is no run of that id, or it has not come to that stage. GET /api/runs/{id} shows its stages."));
        });
    }
}
