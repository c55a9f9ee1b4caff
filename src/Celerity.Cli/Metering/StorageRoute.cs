using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Celerity.Cli.Metering;

/// <summary>Passes the requests of one service on, unchanged: their signature covers the path as it was written.</summary>
internal sealed class StorageRoute(StorageService service, int port, StorageRequestCounter requests) : HttpTransformer
{
    // Whether a receive brought anything is known from its reply; everything else is counted as it comes in.
    private static readonly object UncountedGet = new();
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromMinutes(5) };
    private readonly string _destination = $"http://127.0.0.1:{port}";

    public async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder, HttpMessageInvoker client)
    {
        var kind = RequestKind.Of(service, context.Request.Method, context.Request.Path, context.Request.Query);
        if (kind == RequestKind.QueueGet)
        {
            context.Items[UncountedGet] = true;
        }
        else
        {
            requests.Add(kind, RequestKind.TargetOf(context.Request.Path));
        }

        await forwarder.SendAsync(context, _destination, client, Patience, this);
    }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        proxyRequest.RequestUri = new Uri(
            destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Items.ContainsKey(UncountedGet))
        {
            var kind = await IsEmptyAsync(proxyResponse, cancellationToken) ? RequestKind.QueueGetEmpty : RequestKind.QueueGet;
            requests.Add(kind, RequestKind.TargetOf(httpContext.Request.Path));
        }

        return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static async Task<bool> IsEmptyAsync(HttpResponseMessage? reply, CancellationToken cancellationToken)
    {
        if (reply is not { IsSuccessStatusCode: true })
        {
            return false;
        }

        await reply.Content.LoadIntoBufferAsync(cancellationToken);
        var messages = await reply.Content.ReadAsByteArrayAsync(cancellationToken);
        return messages.AsSpan().IndexOf("<MessageId>"u8) < 0;
    }
}
