using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Invocation;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Tests.Hosting;

/// <summary>A whole function app in this process, with the functions of given types, a folder of its own and a free port.</summary>
internal sealed class LocalApp : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly IHost _host;
    private HttpClient? _http;
    private bool _isStarted;

    private LocalApp(DirectoryInfo folder, IHost host)
    {
        _folder = folder;
        _host = host;
    }

    public string Folder => _folder.FullName;

    public IServiceProvider Services => _host.Services;

    public HttpClient Http => _http ??= new HttpClient { BaseAddress = new Uri(Services.GetRequiredService<HttpServer>().Address + "/") };

    public static LocalApp Build(IReadOnlyList<Type> functions, Action<FunctionsApplicationBuilder>? configure = null, string? hostJson = null)
    {
        var folder = Directory.CreateTempSubdirectory("local-app-");
        if (hostJson is not null)
        {
            File.WriteAllText(Path.Combine(folder.FullName, "host.json"), hostJson);
        }

        var builder = FunctionsApplication.CreateBuilder([$"--contentRoot={folder.FullName}"]);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("LocalRuntime:HttpPort", "0"), new("LocalRuntime:DurableStore", "memory")]);
        builder.Services.AddSingleton(new FunctionSource(functions));
        configure?.Invoke(builder);
        return new LocalApp(folder, builder.Build());
    }

    public static async Task<LocalApp> StartAsync(
        IReadOnlyList<Type> functions, Action<FunctionsApplicationBuilder>? configure = null, string? hostJson = null)
    {
        var app = Build(functions, configure, hostJson);
        await app.StartAsync();
        return app;
    }

    public async Task StartAsync()
    {
        await _host.StartAsync();
        _isStarted = true;
    }

    public Task StopAsync() => _host.StopAsync();

    public Task<object?> InvokeAsync(string function, InvocationRequest? request = null, CancellationToken cancellationToken = default)
    {
        var descriptor = Services.GetRequiredService<FunctionCatalog>().All.Single(candidate => candidate.Name == function);
        return Services.GetRequiredService<IFunctionInvoker>().InvokeAsync(descriptor, request ?? new InvocationRequest(), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_isStarted)
        {
            await _host.StopAsync();
        }

        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
