using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>A run's URLs, as its client reaches the app.</summary>
internal sealed record RunLinks(string StatusUrl, string CancelUrl)
{
    private static readonly string[] Routes = ["/pipelines/", "/runs"];

    public static RunLinks For(HttpRequest request, string run)
    {
        // The prefix (host.json extensions.http.routePrefix) is what stands before our own route.
        var path = request.Path.Value ?? "";
        var at = Routes.Select(route => path.IndexOf(route, StringComparison.OrdinalIgnoreCase)).FirstOrDefault(index => index >= 0);
        var status = $"{request.Scheme}://{request.Host}{path[..at]}/runs/{run}";
        return new RunLinks(status, status + "/cancel");
    }
}
