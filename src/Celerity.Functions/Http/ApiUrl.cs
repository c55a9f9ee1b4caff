using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>URLs of our own, as the client reaches the app.</summary>
internal static class ApiUrl
{
    private static readonly string[] Routes = ["/pipelines/", "/runs", "/tasks", "/groups", "/workflows"];

    /// <summary>Makes the URL of a path below the prefix that <paramref name="request"/> came in by.</summary>
    public static string Of(HttpRequest request, string path)
    {
        // The prefix (host.json extensions.http.routePrefix) is what stands before our own route.
        var own = request.Path.Value ?? "";
        var at = Routes.Select(route => own.IndexOf(route, StringComparison.OrdinalIgnoreCase)).FirstOrDefault(index => index >= 0);
        return $"{request.Scheme}://{request.Host}{own[..at]}/{path}";
    }
}
