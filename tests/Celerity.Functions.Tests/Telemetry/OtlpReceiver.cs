using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ProtoBuf;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>Takes traces as a collector does, by OTLP over HTTP. The numbers are those of opentelemetry-proto's <c>trace/v1/trace.proto</c>.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IEnumerable<OtlpSpan> Spans => _spans;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", receiver.TakeAsync);
        receiver._app.MapPost("/v1/{other}", () => Results.Ok());
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        body.Position = 0;
        foreach (var span in Serializer.Deserialize<Export>(body).Resources.SelectMany(resource => resource.Scopes).SelectMany(scope => scope.Spans))
        {
            _spans.Enqueue(span);
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    [ProtoContract]
    private sealed class Export
    {
        [ProtoMember(1)]
        public List<ResourceSpans> Resources { get; } = [];
    }

    [ProtoContract]
    private sealed class ResourceSpans
    {
        [ProtoMember(2)]
        public List<ScopeSpans> Scopes { get; } = [];
    }

    [ProtoContract]
    private sealed class ScopeSpans
    {
        [ProtoMember(2)]
        public List<OtlpSpan> Spans { get; } = [];
    }
}
