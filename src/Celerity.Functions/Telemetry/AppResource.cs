using System.Reflection;
using Celerity.Workers;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Resources;

namespace Celerity.Functions.Telemetry;

/// <summary>Says which app and which of its processes a signal is of. The standard variables <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> go over it.</summary>
internal sealed class AppResource(IConfiguration configuration, WorkerIdentity worker) : IResourceDetector
{
    public const string InstanceId = "service.instance.id";

    /// <summary>Gets the app's name: that of its site, else that of its assembly.</summary>
    public static string NameOf(IConfiguration configuration) =>
        configuration["WEBSITE_SITE_NAME"] is { Length: > 0 } site ? site : Assembly.GetEntryAssembly()?.GetName().Name ?? "celerity";

    public Resource Detect() => ResourceBuilder.CreateEmpty()
        .AddService(
            NameOf(configuration),
            serviceVersion: worker.AppVersion,
            serviceInstanceId: worker.Id)
        .AddEnvironmentVariableDetector()
        .Build();
}
