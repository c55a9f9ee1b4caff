using System.Net;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Durable.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <content>For functions of the ASP.NET Core integration.</content>
public static partial class DurableTaskClientExtensions
{
    public static IActionResult CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequest request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponse(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static IActionResult CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequest request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var baseUrl = RequestBaseUrl.Of(new Uri(request.GetEncodedUrl()), name => request.Headers[name]);
        var payload = ManagementUrls.ForWorker(baseUrl, client.Name, instanceId, (client as LocalDurableTaskClient)?.SystemKey);
        return new AcceptedResult(payload.StatusQueryGetUri, payload) { StatusCode = (int)statusCode };
    }

    public static Task<IActionResult> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequest request, string instanceId, CancellationToken cancellation = default) =>
        Task.FromResult(CreateCheckStatusResponse(client, request, instanceId, cancellation));

    public static Task<IActionResult> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequest request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default) =>
        Task.FromResult(CreateCheckStatusResponse(client, request, instanceId, statusCode, cancellation));
}
