using Celerity.Runs;
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

    /// <summary>Answers a start.</summary>
    public static IResult Started(HttpRequest request, RunRecord run, bool existing)
    {
        var links = For(request, run.Id);
        request.HttpContext.Response.Headers.Location = links.StatusUrl;
        return Endpoint.Json(
            new { run.Id, run.Pipeline, run.State, Existing = existing, run.CloneOf, run.Deadline, links.StatusUrl, links.CancelUrl }, StatusCodes.Status202Accepted);
    }
}
