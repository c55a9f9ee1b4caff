using System.Net;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Durable.Hosting;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Answers HTTP requests with the addresses of an orchestration.</summary>
public static partial class DurableTaskClientExtensions
{
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponse(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        var (response, payload) = Begin(client, request, instanceId, statusCode);
        WorkerSerializer.Of(request.FunctionContext).Serialize(response.Body, payload, payload.GetType(), cancellation);
        return response;
    }

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponseAsync(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        var (response, payload) = Begin(client, request, instanceId, statusCode);
        await WorkerSerializer.Of(request.FunctionContext)
            .SerializeAsync(response.Body, payload, payload.GetType(), cancellation).ConfigureAwait(false);
        return response;
    }

    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var baseUrl = request is null
            ? (client as LocalDurableTaskClient)?.BaseUrl
            : RequestBaseUrl.Of(request.Url, name => request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null);
        return baseUrl is null
            ? throw new InvalidOperationException("The address of this app is not known: pass the request.")
            : ManagementUrls.ForWorker(baseUrl, client.Name, instanceId, (client as LocalDurableTaskClient)?.SystemKey);
    }

    private static (HttpResponseData Response, HttpManagementPayload Payload) Begin(
        DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var payload = client.CreateHttpManagementPayload(instanceId, request);
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return (response, payload);
    }
}
