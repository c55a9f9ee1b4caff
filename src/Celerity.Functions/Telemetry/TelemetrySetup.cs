using Celerity.AzureStorage.Metrics;
using Celerity.Metrics;
using Celerity.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Celerity.Functions.Telemetry;

/// <summary>Gives the app's metrics and traces to OpenTelemetry, and from there to whoever is set up: Prometheus, an OTLP endpoint, Application Insights, beside each other.</summary>
internal static class TelemetrySetup
{
    /// <summary>The setting that ends <c>/api/metrics</c>.</summary>
    public const string PrometheusSetting = "Celerity:Metrics:Prometheus";

    // The collector's standard address; its other standard variables are read by the exporter itself.
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="CelerityException">CEL0308: a setting is neither true nor false.</exception>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddCelerityMetrics();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddDetector(provider => ActivatorUtilities.CreateInstance<AppResource>(provider)))
            .WithMetrics(metrics => metrics
                .AddMeter(CelerityMeter.Name, FigureMeter.Name, StorageMeter.Name, "System.Runtime")
                .AddInstrumentation(provider => provider.GetRequiredService<FigureMeter>())
                .AddInstrumentation(provider => provider.GetRequiredService<LimitMeter>()))
            .WithTracing(tracing => tracing.AddSource(EngineTracing.SourceName, "Microsoft.Azure.Functions.Worker", "Microsoft.DurableTask", "DurableTask.Core"));
        if (ReadFlag(configuration, PrometheusSetting, otherwise: true))
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter(prometheus =>
            {
                // Behind a load balancer every scrape may come to another instance.
                prometheus.ResourceConstantLabels = name => name == AppResource.InstanceId;
                prometheus.ScopeInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 1000;
            }));
            services.AddSingleton<PrometheusScrape>();
        }

        if (configuration[OtlpSetting] is { Length: > 0 })
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool ReadFlag(IConfiguration configuration, string name, bool otherwise) => configuration[name] switch
    {
        null or "" => otherwise,
        { } text when bool.TryParse(text, out var flag) => flag,
        { } text => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} is \"{text}\"; it must be true or false."),
    };
}
