using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>A run's URLs, as its client reaches the app.</summary>
internal sealed record RunLinks(string StatusUrl, string CancelUrl)
{
    public static RunLinks For(HttpRequest request, string run)
    {
        var status = ApiUrl.Of(request, $"runs/{run}");
        return new RunLinks(status, status + "/cancel");
    }
}
