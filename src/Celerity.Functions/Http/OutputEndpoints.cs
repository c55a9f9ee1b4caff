using Celerity.Runs;
using Celerity.Stages.Outputs.Merging;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Streams what a run's stages wrote and rejected.</summary>
public static class OutputEndpoints
{
    private const string Ndjson = "application/x-ndjson";

    /// <summary>
    /// Streams what a stage wrote, in chunk order, in its own format: 200; 404 where there is no such run or stage; 409 where the stage has not ended, or writes no records.
    /// </summary>
    [Function("CelerityGetStageOutput")]
    public static Task<IResult> OutputAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/stages/{stage}/output")] HttpRequest request, string id, string stage, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var (run, number) = Read(id, stage);
            var (format, write) = await Download(context).OpenOutputAsync(run, number, context.CancellationToken).ConfigureAwait(false) ?? throw NotFound();
            var (type, ending) = format switch
            {
                DatasetFormat.Csv => ("text/csv; charset=utf-8", "csv"),
                DatasetFormat.Parquet => ("application/vnd.apache.parquet", "parquet"),
                _ => (Ndjson, "ndjson"),
            };
            return Results.Stream(stream => write(stream, request.HttpContext.RequestAborted), type, $"{run}-{number}.{ending}");
        });
    }

    /// <summary>
    /// Streams what a stage has rejected so far, the first 1,000 records of each chunk, as NDJSON: 200; 404 where there is no such run or stage.
    /// </summary>
    [Function("CelerityGetStageRejects")]
    public static Task<IResult> RejectsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/stages/{stage}/rejects")] HttpRequest request, string id, string stage, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var (run, number) = Read(id, stage);
            var write = await Download(context).OpenRejectsAsync(run, number, context.CancellationToken).ConfigureAwait(false) ?? throw NotFound();
            return Results.Stream(stream => write(stream, request.HttpContext.RequestAborted), Ndjson, $"{run}-{number}-rejects.ndjson");
        });
    }

    private static OutputDownload Download(FunctionContext context) => context.InstanceServices.GetRequiredService<OutputDownload>();

    // They come from a URL: what is none is answered like one that is not there.
    private static (string Run, int Stage) Read(string id, string stage) =>
        RunKey.IsId(id) && int.TryParse(stage, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0
            ? (id, number)
            : throw NotFound();

    private static CelerityException NotFound() =>
        new(ErrorCodes.UnknownRun, "There is no run of that id, or it has not come to that stage. GET /api/runs/{id} shows its stages.");
}
