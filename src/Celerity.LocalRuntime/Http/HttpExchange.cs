using System.Text;
using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>One request as an invocation sees it.</summary>
internal sealed class HttpExchange(HttpContext http) : IHttpRequestDataFeature, IFromBodyConversionFeature
{
    private LocalHttpRequestData? _requestData;

    public HttpContext Http => http;

    /// <summary>Gets or sets whether the ASP.NET Core integration has answered.</summary>
    public bool IsHandled { get; set; }

    /// <summary>Gets or sets whether the ASP.NET Core integration is on for this app.</summary>
    public bool UsesAspNetCore { get; set; }

    public async ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context)
    {
        if (_requestData is null)
        {
            // Buffered, so that a middleware can read the body before the function does, and without async.
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, context.CancellationToken).ConfigureAwait(false);
            body.Position = 0;
            http.Request.Body = body;
            _requestData = new LocalHttpRequestData(context, http.Request);
        }

        return _requestData;
    }

    public async ValueTask<object?> ConvertAsync(FunctionContext context, Type targetType)
    {
        if (targetType == typeof(Stream))
        {
            return http.Request.Body;
        }

        var serializer = UsesAspNetCore
            ? new JsonObjectSerializer(http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions)
            : context.InstanceServices.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!;
        return await ReadBodyAsync(context, targetType, serializer).ConfigureAwait(false);
    }

    /// <summary>Reads the whole body as text, bytes, or JSON by the worker's serializer; an empty body is <see langword="null"/>.</summary>
    public async ValueTask<object?> ReadBodyAsync(FunctionContext context, Type targetType, ObjectSerializer serializer)
    {
        var request = (await GetHttpRequestDataAsync(context).ConfigureAwait(false))!;
        var body = (MemoryStream)request.Body;
        body.Position = 0;
        if (targetType == typeof(string))
        {
            return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        }

        if (targetType == typeof(byte[]))
        {
            return body.ToArray();
        }

        return body.Length == 0 ? null : await serializer.DeserializeAsync(body, targetType, context.CancellationToken).ConfigureAwait(false);
    }
}
