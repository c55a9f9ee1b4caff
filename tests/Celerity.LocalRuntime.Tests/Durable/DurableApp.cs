using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>The durable part of a function app over HTTP: its functions are the static methods of one type.</summary>
internal sealed class DurableApp : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ITriggerListener _listener;

    private DurableApp(WebApplication web, ITriggerListener listener)
    {
        _web = web;
        _listener = listener;
        Http = new HttpClient { BaseAddress = new Uri(web.Urls.First()) };
    }

    public HttpClient Http { get; }

    public LocalOrchestrations Orchestrations => _web.Services.GetRequiredService<LocalOrchestrations>();

    public IServiceProvider Services => _web.Services;

    public static async Task<DurableApp> StartAsync(Type functions, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:durableTask:hubName", "TestHub"),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.Services.AddSingleton<IFunctionInvoker, ReflectionInvoker>();
        builder.Services.AddLocalDurable();
        var web = builder.Build();
        foreach (var source in web.Services.GetServices<IEndpointSource>())
        {
            source.Map(web);
        }

        await web.StartAsync();
        var listener = web.Services.GetServices<ITriggerListener>().Single();
        await listener.StartAsync([.. functions.GetMethods(BindingFlags.Public | BindingFlags.Static).Select(Describe).OfType<FunctionDescriptor>()], default);
        return new DurableApp(web, listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.StopAsync(default);
        Http.Dispose();
        await _web.DisposeAsync();
    }

    private static FunctionDescriptor? Describe(MethodInfo method) =>
        method.GetCustomAttribute<FunctionAttribute>() is { } function
        && method.GetParameters().FirstOrDefault(parameter => parameter.IsDefined(typeof(TriggerBindingAttribute))) is { } trigger
            ? new FunctionDescriptor(function.Name, method, trigger, trigger.GetCustomAttribute<TriggerBindingAttribute>()!)
            : null;
}
