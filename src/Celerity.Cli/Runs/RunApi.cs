using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Celerity.Cli.Runs;

/// <summary>The app's HTTP API, as any client would use it.</summary>
/// <param name="http">The client.</param>
/// <param name="time">The clock.</param>
/// <param name="pollInterval">How often a run is read that has not ended: more often for a picture that moves, less for its end alone. At most 60 seconds.</param>
internal sealed class RunApi(HttpClient http, TimeProvider time, TimeSpan pollInterval)
{
    /// <summary>How often a person wants to see a bar move.</summary>
    public static readonly TimeSpan ForPeople = TimeSpan.FromMilliseconds(250);

    // Ten seconds at the pace for people: longer than an app takes that is busy for a moment, shorter than their patience with one that is gone.
    private const int MissedPollsLimit = 40;

    /// <summary>Starts a pipeline and gives the URL of its run.</summary>
    /// <exception cref="RunRefusedException">The app did not accept it.</exception>
    public async Task<Uri> StartAsync(Uri app, string pipeline, object body, CancellationToken cancellationToken)
    {
        var url = new Uri(app, $"/api/pipelines/{pipeline}");
        using var reply = await SendAsync(() => http.PostAsJsonAsync(url, body, cancellationToken), url);
        var accepted = await reply.Content.ReadFromJsonAsync<Accepted>(cancellationToken);
        return new Uri(app, accepted!.StatusUrl);
    }

    /// <summary>Reads the run again and again until it is over.</summary>
    /// <param name="statusUrl">The run's URL.</param>
    /// <param name="report">Told of every reading.</param>
    /// <param name="cancellationToken">Stops the reading; the run goes on.</param>
    /// <exception cref="RunRefusedException">The app stopped answering, or refused.</exception>
    public async Task<RunStatus> FollowAsync(Uri statusUrl, Action<RunStatus> report, CancellationToken cancellationToken)
    {
        // The app answers sooner where the run ends; one that answers at once is not asked more often for that.
        var url = new Uri(statusUrl, string.Create(CultureInfo.InvariantCulture, $"?wait={pollInterval.TotalSeconds}"));
        using var timer = new PeriodicTimer(pollInterval, time);
        for (var missed = 0; ;)
        {
            try
            {
                using var reply = await SendAsync(() => http.GetAsync(url, cancellationToken), statusUrl);
                var status = (await reply.Content.ReadFromJsonAsync<RunStatus>(cancellationToken))!;
                report(status);
                if (status.IsOver)
                {
                    return status;
                }

                missed = 0;
            }
            catch (RunRefusedException refused) when (refused.IsTransient && missed < MissedPollsLimit)
            {
                missed++;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, Uri url)
    {
        try
        {
            var reply = await send();
            return reply.IsSuccessStatusCode ? reply : throw await RefusalAsync(reply, url);
        }
        catch (HttpRequestException failure)
        {
            throw new RunRefusedException($"The app does not answer at {url}: {failure.Message}", failure) { IsTransient = true };
        }
    }

    private static async Task<RunRefusedException> RefusalAsync(HttpResponseMessage reply, Uri url)
    {
        using (reply)
        {
            var problem = await ReadProblemAsync(reply.Content);
            var message = problem switch
            {
                { Code: { } code, Detail: { } detail } => $"{code}: {detail}",
                { Detail: { } detail } => detail,
                _ => $"The app answered {(int)reply.StatusCode} to {url}.",
            };
            return new RunRefusedException(message) { IsTransient = reply.StatusCode >= HttpStatusCode.InternalServerError };
        }
    }

    private static async Task<Problem?> ReadProblemAsync(HttpContent content)
    {
        try
        {
            return await content.ReadFromJsonAsync<Problem>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Accepted(string Id, string StatusUrl);

    private sealed record Problem(string? Code, string? Detail);
}
