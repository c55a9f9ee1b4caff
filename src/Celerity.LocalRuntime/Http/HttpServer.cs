using System.Net;
using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>Kestrel on the loopback address, in front of the app's HTTP functions and the runtime's own endpoints.</summary>
internal sealed class HttpServer(
    IServer server, IServiceProvider services, IEnumerable<IEndpointSource> endpointSources, IHttpContextFactory contexts, IOptions<LocalRuntimeOptions> options)
{
    // The limit of the Functions host, and the setting that changes it there.
    private const long DefaultBodyLimitBytes = 104_857_600;
    // What ASP.NET Core's routing calls the endpoint that it selects then.
    private const string WrongMethodEndpoint = "405 HTTP Method Not Supported";

    private const string BodyLimitSetting = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT";

    /// <summary>Gets the base address, such as <c>http://127.0.0.1:7071</c>, once the server runs.</summary>
    public string? Address { get; private set; }

    public static IServer CreateServer(IServiceProvider services)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = services.GetRequiredService<IConfiguration>().GetValue(BodyLimitSetting, DefaultBodyLimitBytes);
        kestrel.Listen(IPAddress.Loopback, services.GetRequiredService<IOptions<LocalRuntimeOptions>>().Value.HttpPort);
        var loggers = services.GetRequiredService<ILoggerFactory>();
        return new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync(new Application(BuildPipeline(), contexts), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new LocalStartException(
                $"Port {options.Value.HttpPort} is in use. Stop the other program, or set LocalRuntime__HttpPort to another port (0 takes a free one).",
                exception);
        }

        Address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
    }

    /// <summary>Accepts no more connections and returns when the open requests have ended; when the token fires they are cut.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    private RequestDelegate BuildPipeline()
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        if (services.GetService<AspNetCoreMiddleware>() is null)
        {
            app.Use(RefuseWrongMethod);
        }

        app.UseEndpoints(endpoints =>
        {
            foreach (var source in endpointSources)
            {
                source.Map(endpoints);
            }
        });
        return app.Build();
    }

    // Without the ASP.NET Core integration the method is a part of the host's route: another one is another address.
    private static Task RefuseWrongMethod(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.DisplayName == WrongMethodEndpoint)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(http);
    }

    private sealed class Application(RequestDelegate pipeline, IHttpContextFactory contexts) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }
}
