using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionApp.Routes;

/// <summary>Draws charts into blobs, and serves them.</summary>
public sealed class RouteCharts(BlobServiceClient blobs)
{
    private const string Svg = "image/svg+xml";

    private readonly BlobContainerClient _reports = blobs.GetBlobContainerClient("reports");

    /// <summary>Draws a run's chart. Drawn again, it is the same.</summary>
    /// <returns>Its path below the app's API.</returns>
    [Function(nameof(DrawRoutes))]
    public async Task<string> DrawRoutes([ActivityTrigger] RouteChart chart, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(context);
        await _reports.CreateIfNotExistsAsync(cancellationToken: context.CancellationToken);
        await BlobOf(chart.Run).UploadAsync(
            BinaryData.FromString(RouteHeatMap.Draw(chart.Summary)),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = Svg } },
            context.CancellationToken);
        return $"reports/routes/{chart.Run}";
    }

    /// <summary>Serves a run's chart: 200, or 404 where there is none.</summary>
    [Function(nameof(GetRouteChart))]
    public async Task<IResult> GetRouteChart(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reports/routes/{run}")] HttpRequest request, string run, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (!Guid.TryParseExact(run, "N", out _))
        {
            return Results.NotFound();
        }

        try
        {
            var chart = await BlobOf(run).DownloadContentAsync(context.CancellationToken);

            // A picture that is opened by itself is a document: it may style itself, and nothing else.
            request.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            return Results.Bytes(chart.Value.Content.ToArray(), Svg);
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status404NotFound)
        {
            return Results.NotFound();
        }
    }

    private BlobClient BlobOf(string run) => _reports.GetBlobClient($"routes/{run}.svg");
}
