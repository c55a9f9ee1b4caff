using System.Net;
using Celerity.TestKit.Hosting.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>The storage in memory on loopback ports of its own, one for each service, for clients that code makes for itself from a connection string.</summary>
internal sealed class StorageServer : IAsyncDisposable
{
    // The account and key that emulators have; nobody looks at the key.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // In a path, a number after the account tells which process asks.
    private const string NumberedAccount = Account + "x";

    private readonly WebApplication _server;
    private readonly TestWorld _world;
    private readonly IMemoryService[] _services;
    private readonly List<AppProcess> _processes = [];

    private StorageServer(TestWorld world)
    {
        _world = world;
        _services = [world.Blobs, world.Queues, world.Tables];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => Array.ForEach(_services, _ => kestrel.Listen(IPAddress.Loopback, 0)));
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public static async Task<StorageServer> StartAsync(TestWorld world)
    {
        var server = new StorageServer(world);
        await server._server.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Takes off what tells processes apart: all of them have the same account.</summary>
    public static string AccountOf(string account) => account.StartsWith(NumberedAccount, StringComparison.Ordinal) ? Account : account;

    /// <summary>Returns the connection string of one process.</summary>
    public string ConnectionString(AppProcess process)
    {
        lock (_processes)
        {
            _processes.Add(process);
            var endpoints = _server.Urls.Zip(["Blob", "Queue", "Table"], (address, service) =>
                $"{service}Endpoint={address}/{NumberedAccount}{_processes.Count - 1};");
            return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};{string.Concat(endpoints)}";
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"http://{http.Request.Host}{target}");
        request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var handler = new HttpMessageInvoker(new MemoryStorageHandler(ServiceAt(http.Connection.LocalPort), _world, ProcessOf(target)));
        using var response = await handler.SendAsync(request, http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        if (request.Method != HttpMethod.Head)
        {
            await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private IMemoryService ServiceAt(int port) => _services[_server.Urls.Select(address => new Uri(address).Port).ToList().IndexOf(port)];

    private AppProcess ProcessOf(string target)
    {
        var number = int.Parse(target[(NumberedAccount.Length + 1)..].Split('/', '?')[0]);
        lock (_processes)
        {
            return _processes[number];
        }
    }
}
