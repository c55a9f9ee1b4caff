using System.Reflection;
using System.Text.Json;
using Celerity.AzureStorage;
using Celerity.Compositions;
using Celerity.Functions.Compositions;
using Celerity.Functions.Dashboard;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Settings;
using Celerity.Functions.Telemetry;
using Celerity.Functions.Workflows;
using Celerity.Live;
using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Stages;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity;

/// <summary>Adds Celerity to a function app.</summary>
public static class CelerityHostExtensions
{
    /// <summary>Adds the task engine, the stages and the HTTP API, kept in the storage account of <c>AzureWebJobsStorage</c>.</summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="assemblies">Where handlers, stages and pipelines are looked for; none means the assembly of the app itself.</param>
    /// <returns>A builder for what lies elsewhere.</returns>
    /// <remarks>
    /// Results of pipelines are JSON in camelCase, like the rest of the API, because the worker's serializer is set so; an app that sets
    /// another naming policy before keeps it.
    /// </remarks>
    /// <exception cref="CelerityException">Two handlers, stages or pipelines share a name, or host.json does not fit (CEL0324).</exception>
    public static CelerityBuilder AddCelerity(this IHostApplicationBuilder builder, params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(assemblies);
        HostJsonCheck.Run(AppContext.BaseDirectory, builder.Configuration);
        Assembly[] sources = assemblies.Length > 0 ? assemblies : [Assembly.GetEntryAssembly()!];
        var services = builder.Services;
        services.Configure<JsonSerializerOptions>(json => json.PropertyNamingPolicy ??= JsonNamingPolicy.CamelCase);
        services.AddCelerityAzureStorage(builder.Configuration);
        services.UseCelerityTaskSettings(builder.Configuration, FunctionTimeout.Read(AppContext.BaseDirectory, builder.Configuration));
        services.AddSingleton(WorkerSettings.Read(builder.Configuration));
        services.AddSingleton<LastClientSignal>();
        services.AddSingleton<ILastInstances, LastClientInstances>();
        services.AddSingleton<IOrchestrationSignal>(provider => provider.GetRequiredService<LastClientSignal>());
        services.AddCelerityEngine(sources);
        SendingSettings.Bind(builder.Configuration, services);
        CelerySettings.Bind(builder.Configuration, services);
        WebhookSettings.Bind(builder.Configuration, services);
        AlertSettings.Bind(builder.Configuration, services);
        DeadLetterSettings.Bind(builder.Configuration, services);
        ScheduleSettings.Bind(builder.Configuration, services);
        RunSettings.Bind(builder.Configuration, services);
        services.AddCelerityStages(options => StageSettings.Bind(builder.Configuration, options));
        services.AddSingleton(new PipelineRegistry(sources.Append(typeof(WorkflowOrchestrator).Assembly).Distinct()));
        services.AddSingleton<WorkflowCheck>();
        services.AddSingleton<RunStarter>();
        services.AddSingleton<ActionStarter>();
        services.AddSingleton<IPipelines, PipelineClient>();
        services.AddSingleton<IShownRequests, ShownRequests>();
        services.AddSingleton<IRunResults, RunResults>();
        services.AddSingleton<IPipelineCheck>(provider => provider.GetRequiredService<RunStarter>());
        TelemetrySetup.Add(services, builder.Configuration);
        services.AddCelerityLive();
        services.AddSingleton<SettingReport>();
        services.AddSingleton<SetupFindings>();
        services.AddSingleton(new DashboardFiles(typeof(DashboardFiles).Assembly));
        HistorySettings.Add(services, builder.Configuration);
        CostSettings.Add(services, builder.Configuration);
        services.AddHostedService<SetupCheck>();
        services.AddSingleton<StorageReadiness>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageReadiness>());
        services.AddHostedService<WorkerService>();
        return new CelerityBuilder(services, sources);
    }
}
