using System.Net;
using Celerity.LocalRuntime.Durable.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <content>Answers with the result where it comes in time.</content>
public static partial class DurableTaskClientExtensions
{
    private static readonly TimeSpan DefaultRetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the end and answers with the instance; when <paramref name="cancellation"/> fires first, with its addresses.</summary>
    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await WaitAsync(client, instanceId, retryInterval, getInputsAndOutputs, cancellation).ConfigureAwait(false) is not { } ended)
        {
            return await client.CreateCheckStatusResponseAsync(request, instanceId, CancellationToken.None).ConfigureAwait(false);
        }

        var response = request.CreateResponse(StatusOf(ended, returnInternalServerErrorOnFailure));
        response.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var body = BodyOf(ended);
        await WorkerSerializer.Of(request.FunctionContext).SerializeAsync(response.Body, body, body.GetType(), CancellationToken.None).ConfigureAwait(false);
        return response;
    }

    /// <summary>Waits for the end and answers with the instance; when <paramref name="cancellation"/> fires first, with its addresses.</summary>
    public static async Task<IActionResult> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequest request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await WaitAsync(client, instanceId, retryInterval, getInputsAndOutputs, cancellation).ConfigureAwait(false) is { } ended
            ? new ObjectResult(BodyOf(ended)) { StatusCode = (int)StatusOf(ended, returnInternalServerErrorOnFailure) }
            : client.CreateCheckStatusResponse(request, instanceId, CancellationToken.None);
    }

    private static async Task<OrchestrationMetadata?> WaitAsync(
        DurableTaskClient client, string instanceId, TimeSpan? retryInterval, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var interval = retryInterval ?? DefaultRetryInterval;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(retryInterval));
        var time = (client as LocalDurableTaskClient)?.Hub.Time ?? TimeProvider.System;
        try
        {
            while (true)
            {
                if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation).ConfigureAwait(false) is { IsCompleted: true } ended)
                {
                    return ended;
                }

                await Task.Delay(interval, time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static HttpStatusCode StatusOf(OrchestrationMetadata ended, bool errorOnFailure) =>
        errorOnFailure && ended.RuntimeStatus == OrchestrationRuntimeStatus.Failed ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;

    private static object BodyOf(OrchestrationMetadata ended) => new
    {
        ended.Name,
        ended.InstanceId,
        ended.CreatedAt,
        ended.LastUpdatedAt,
        RuntimeStatus = ended.RuntimeStatus.ToString(),
        ended.SerializedInput,
        ended.SerializedOutput,
        ended.SerializedCustomStatus,
    };
}
