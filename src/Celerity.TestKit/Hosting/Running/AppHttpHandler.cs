namespace Celerity.TestKit.Hosting.Running;

/// <summary>Sends requests to whichever process of the app runs.</summary>
internal sealed class AppHttpHandler(HostDriver driver) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var process = await driver.CurrentAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var what = $"{request.Method} {request.RequestUri!.PathAndQuery}";
        process.Gauge.Enter();
        try
        {
            var answer = process.Http!().SendAsync(request, cancellationToken);
            await Task.WhenAny(answer, process.Died).ConfigureAwait(false);
            if (!answer.IsCompleted)
            {
                driver.World.Transcript.Add("http", what, string.Empty, "no answer: the process has crashed");
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The app's process has crashed.");
            }

            var response = await answer.ConfigureAwait(false);
            driver.World.Transcript.Add("http", what, string.Empty, $"{(int)response.StatusCode}");
            return response;
        }
        finally
        {
            process.Gauge.Exit();
        }
    }
}
