using System.Text.Json;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.Functions.Http;

/// <summary>Sends tasks.</summary>
public static class TaskEndpoints
{
    /// <summary>Puts a task on its queue, the body its payload, the options as query parameters: 202 with its id.</summary>
    [Function("CeleritySendTask")]
    public static Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{name}")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices;
            var limit = services.GetRequiredService<IOptions<SendingOptions>>().Value.MaxPayloadBytes;
            var options = SendQuery.Read(request.Query);
            var body = await Endpoint.ReadBytesAsync(request, limit, context.CancellationToken).ConfigureAwait(false);
            using var payload = Parse(request.ContentType, body);
            var (id, isEarlier) = await services.GetRequiredService<BackgroundTasks>()
                .EnqueueAsync(name, payload.RootElement, options, context.CancellationToken).ConfigureAwait(false);
            var statusUrl = ApiUrl.Of(request, $"tasks/{Uri.EscapeDataString(id)}");
            request.HttpContext.Response.Headers.Location = statusUrl;
            return Endpoint.Json(new { Id = id, Task = name, StatusUrl = statusUrl, Existing = isEarlier }, StatusCodes.Status202Accepted);
        });
    }

    private static JsonDocument Parse(string? contentType, ReadOnlyMemory<byte> body)
    {
        try
        {
            var isMessagePack = contentType?.StartsWith(PayloadCoding.MessagePackType, StringComparison.OrdinalIgnoreCase) == true;
            return JsonDocument.Parse(isMessagePack ? PayloadCoding.FromMessagePack(body) : body);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is not JSON: {exception.Message}", exception);
        }
    }
}
