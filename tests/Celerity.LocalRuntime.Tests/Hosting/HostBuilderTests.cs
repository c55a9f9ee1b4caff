using System.Net;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Hosting;

/// <summary>The older way to set an app up.</summary>
public sealed class HostBuilderTests
{
    [Fact]
    public async Task ConfigureFunctionsWorkerDefaults_WithMiddleware_RunsFunctions()
    {
        var seen = new List<string>();
        using var host = Prepare(new HostBuilder().ConfigureFunctionsWorkerDefaults(worker => worker.UseMiddleware((context, next) =>
        {
            seen.Add(context.FunctionDefinition.Name);
            return next();
        }))).Build();
        await host.StartAsync();

        Assert.Equal("built in", await GetAsync(host, "api/builtIn"));
        Assert.Equal(["builtIn"], seen);
        await host.StopAsync();
    }

    [Fact]
    public async Task ConfigureFunctionsWebApplication_ActionResult_IsTheResponse()
    {
        using var host = Prepare(new HostBuilder().ConfigureFunctionsWebApplication()).Build();
        await host.StartAsync();

        Assert.Equal("asp", await GetAsync(host, "api/asp"));
        await host.StopAsync();
    }

    private static IHostBuilder Prepare(IHostBuilder builder) => builder
        .UseContentRoot(Path.GetTempPath())
        .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
        ]))
        .ConfigureServices(services => services.AddSingleton(new FunctionSource([typeof(Functions)])))
        .ConfigureLogging(logging => logging.ClearProviders());

    private static async Task<string> GetAsync(IHost host, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<HttpServer>().Address + "/") };
        return await client.GetStringAsync(path);
    }

    public sealed class Functions
    {
        [Function("builtIn")]
        public static HttpResponseData BuiltIn([HttpTrigger("get")] HttpRequestData request)
        {
            var response = request.CreateResponse(HttpStatusCode.OK);
            response.WriteString("built in");
            return response;
        }

        [Function("asp")]
        public static IActionResult Asp([HttpTrigger("get", Route = null)] HttpRequest? request) => new ContentResult { Content = "asp" };
    }
}
