using Celerity.Figures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Telemetry;

/// <summary>The exporter's middleware, called from a function: a function app has no pipeline of its own to put it into.</summary>
internal sealed class PrometheusScrape
{
    private readonly IServiceProvider _services;
    private readonly FigureBoard _figures;
    private readonly RequestDelegate _scrape;

    public PrometheusScrape(IServiceProvider services, FigureBoard figures)
    {
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(context => true);
        (_services, _figures, _scrape) = (services, figures, pipeline.Build());
    }

    /// <summary>Collects and writes all metrics, in the format that the request accepts.</summary>
    public async Task<IResult> RunAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        await _figures.RefreshAsync(cancellationToken).ConfigureAwait(false);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = _services, RequestAborted = cancellationToken };
        context.Request.Method = HttpMethods.Get;
        context.Request.Headers.Accept = request.Headers.Accept;
        context.Response.Body = body;
        await _scrape(context).ConfigureAwait(false);
        return context.Response.StatusCode == StatusCodes.Status200OK
            ? Results.Bytes(body.ToArray(), context.Response.ContentType)
            : Results.StatusCode(context.Response.StatusCode);
    }
}
