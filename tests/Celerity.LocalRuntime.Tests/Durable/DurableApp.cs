using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>A function app whose functions are those of one type; its orchestrations live in memory.</summary>
internal sealed class DurableApp : IAsyncDisposable
{
    private readonly IHost _host;

    private DurableApp(IHost host)
    {
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<HttpServer>().Address!) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Services;

    public LocalOrchestrations Orchestrations => _host.Services.GetRequiredService<LocalOrchestrations>();

    public static async Task<DurableApp> StartAsync(Type functions, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:durableTask:hubName", "TestHub"),
        ]);
        builder.Services.AddSingleton(new FunctionSource([functions]));
        configure?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new DurableApp(host);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }
}
