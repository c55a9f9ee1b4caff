using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>Writes what an HTTP function returned when the app does not use the ASP.NET Core integration.</summary>
internal sealed class BuiltInResponse(IOptions<WorkerOptions> options)
{
    private readonly ObjectSerializer _serializer = options.Value.Serializer!;

    public Task WriteAsync(HttpResponse response, object? result)
    {
        switch (result)
        {
            case null:
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case LocalHttpResponseData data:
                return data.WriteToAsync(response);
            case string text:
                response.ContentType = "text/plain; charset=utf-8";
                return response.WriteAsync(text, response.HttpContext.RequestAborted);
            case byte[] bytes:
                response.ContentType = "application/octet-stream";
                return response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).AsTask();
            default:
                response.ContentType = "application/json; charset=utf-8";
                return _serializer.SerializeAsync(response.Body, result, result.GetType(), response.HttpContext.RequestAborted).AsTask();
        }
    }
}
