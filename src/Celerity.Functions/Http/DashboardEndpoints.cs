using Celerity.Functions.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Celerity.Functions.Http;

/// <summary>Serves the dashboard's page. It holds no data: what it shows it asks of the API, with the reader's or operator's key.</summary>
public static class DashboardEndpoints
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>200 with a file of the page; 304 where the browser has it; 404 where there is none.</summary>
    [Function("CelerityDashboard")]
    public static IResult Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "dashboard/{*path}")] HttpRequest request, string? path, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (string.IsNullOrEmpty(path) && request.Path.Value?.EndsWith('/') == false)
        {
            // The page's own addresses are relative to its folder.
            return Results.Redirect("dashboard/");
        }

        if (context.InstanceServices.GetRequiredService<DashboardFiles>().Find(path ?? "") is not { } file)
        {
            return Problem.From(new CelerityException(ErrorCodes.UnknownDashboardFile, "The dashboard has no such file. Open /api/dashboard/ anew."));
        }

        headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(file.Content, file.ContentType, entityTag: EntityTagHeaderValue.Parse(file.ETag));
    }
}
