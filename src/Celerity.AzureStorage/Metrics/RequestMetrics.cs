using System.Diagnostics;
using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Celerity.AzureStorage.Metrics;

/// <summary>Counts each try of a request, whether it was answered or not.</summary>
/// <param name="service"><c>blob</c>, <c>queue</c> or <c>table</c>.</param>
/// <param name="meter">Where it is counted.</param>
internal sealed class RequestMetrics(string service, StorageMeter meter) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            ProcessNext(message, pipeline);
        }
        finally
        {
            Count(message, started);
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        finally
        {
            Count(message, started);
        }
    }

    private void Count(HttpMessage message, long started)
    {
        var operation = StorageOperation.Of(service, message.Request.Method, message.Request.Uri.Path, message.Request.Uri.Query);
        var status = message.HasResponse ? message.Response.Status.ToString(CultureInfo.InvariantCulture) : "none";
        meter.Count(service, operation, status, Stopwatch.GetElapsedTime(started));
    }
}
