using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Celerity.LocalRuntime.Http;

/// <summary>What <c>ConfigureFunctionsWebApplication</c> adds.</summary>
internal static class AspNetCoreIntegration
{
    public static void Add(IFunctionsWorkerApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(AspNetCoreMiddleware)))
        {
            return;
        }

        builder.Services.TryAddSingleton<IWebHostEnvironment, AppWebEnvironment>();
        builder.Services.AddMvcCore();
        builder.UseMiddleware<AspNetCoreMiddleware>();
    }
}
