using System.Net;
using Celerity.LocalRuntime.Emulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Celerity.Cli.Metering;

/// <summary>Stands in front of the emulator's three services, on loopback ports of its own, and counts the requests by kind.</summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;
    private readonly StorageRequestCounter _requests;

    private StorageProxy(WebApplication app, HttpMessageInvoker client, StorageRequestCounter requests, StorageEndpoints endpoints)
    {
        _app = app;
        _client = client;
        _requests = requests;
        Endpoints = endpoints;
    }

    public StorageEndpoints Endpoints { get; }

    public string ConnectionString => Endpoints.ConnectionString;

    /// <summary>Gets a copy of what has been counted so far.</summary>
    public StorageRequests Requests => _requests.Read();

    public static async Task<StorageProxy> StartAsync(StorageEndpoints target, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var listeners = new List<ListenOptions>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            for (var service = 0; service < 3; service++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listeners.Add);
            }
        });
        builder.Services.AddLogging();
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });

        var requests = new StorageRequestCounter();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var routes = new Dictionary<int, StorageRoute>();
        app.Run(context => routes[context.Connection.LocalPort].ForwardAsync(context, forwarder, client));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            client.Dispose();
            await app.DisposeAsync();
            throw;
        }

        var ports = listeners.Select(listener => listener.IPEndPoint!.Port).ToArray();
        routes.Add(ports[0], new StorageRoute(StorageService.Blob, target.BlobPort, requests));
        routes.Add(ports[1], new StorageRoute(StorageService.Queue, target.QueuePort, requests));
        routes.Add(ports[2], new StorageRoute(StorageService.Table, target.TablePort, requests));
        return new StorageProxy(app, client, requests, new StorageEndpoints(ports[0], ports[1], ports[2]));
    }

    public async ValueTask DisposeAsync()
    {
        // No grace: what is still under way belongs to a process that is being stopped.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _client.Dispose();
    }
}
