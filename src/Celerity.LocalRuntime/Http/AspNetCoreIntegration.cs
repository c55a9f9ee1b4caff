using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
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

        builder.Services.AddMvcCore();
        builder.UseMiddleware<AspNetCoreMiddleware>();
    }
}
