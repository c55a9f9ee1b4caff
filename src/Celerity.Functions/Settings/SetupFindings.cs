using System.Globalization;
using Celerity.Controls;
using Celerity.DeadLetters;
using Celerity.Figures;
using Celerity.Functions.Hosting;
using Celerity.Functions.Telemetry;
using Celerity.Runs.Purging;
using Celerity.Tasks;
using Celerity.Workers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Celerity.Functions.Settings;

/// <summary>Looks at how the app is set up and held. What is plainly wrong stopped its start already; this is the rest. Two requests at most.</summary>
internal sealed class SetupFindings(
    IConfiguration configuration,
    SettingReport report,
    StorageReadiness storage,
    TaskRegistry registry,
    ControlBoard board,
    FigureBoard figures,
    WorkerIdentity worker,
    IOptions<RunOptions> runs,
    IOptions<DeadLetterOptions> letters,
    TimeProvider time)
{
    // Fewer, and a message can be given up before three crashes of its task are told apart.
    private const int LeastDequeueCount = TaskRules.MaxCrashes + TaskRules.AloneFromDelivery;

    // The first measurement comes within the first minute, and is told for three.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    public async ValueTask<IReadOnlyList<Finding>> ListAsync(CancellationToken cancellationToken)
    {
        if (!storage.IsReady)
        {
            return [new Finding(FindingSeverity.Error, "The storage account cannot be used yet.", "Check AzureWebJobsStorage, the rights of the app's identity, and that the storage is up; the app's log has the cause.")];
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        await figures.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. OfHost().Concat(OfLive(controls)).Concat(OfUpkeep()).OrderBy(finding => finding.Severity)];
    }

    private IEnumerable<Finding> OfHost()
    {
        if (report.Find("AzureWebJobsStorage")?.Contains("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase) == true && configuration["WEBSITE_INSTANCE_ID"] is { Length: > 0 })
        {
            yield return new Finding(FindingSeverity.Error, "The app runs on Azure, and AzureWebJobsStorage names the emulator.", "Set AzureWebJobsStorage__accountName, or a connection string.");
        }

        if (int.TryParse(InForce("extensions:queues:maxDequeueCount"), CultureInfo.InvariantCulture, out var count) && count < LeastDequeueCount)
        {
            yield return new Finding(
                FindingSeverity.Warning,
                $"host.json has extensions.queues.maxDequeueCount {count}: messages go to the poison queue, and come back a minute later, before a task that crashes its process is found out.",
                "Set it to 20.");
        }

        if (TimeSpan.TryParse(InForce("extensions:queues:visibilityTimeout"), CultureInfo.InvariantCulture, out var wait) && wait == TimeSpan.Zero)
        {
            yield return new Finding(
                FindingSeverity.Warning,
                "host.json has extensions.queues.visibilityTimeout 0: while the storage fails, messages come back at once until they are given up.",
                "Set it to 00:00:30.");
        }

        string? InForce(string name) => report.Find(KnownSettings.HostJson + name) ?? KnownSettings.All.Single(setting => setting.Key == KnownSettings.HostJson + name).Default;
    }

    private IEnumerable<Finding> OfLive(ControlSnapshot controls)
    {
        foreach (var (kind, target, note) in controls.Pauses.OrderBy(pause => pause.Note.At))
        {
            var (what, fix) = kind switch
            {
                ControlKind.PauseQueue => ("queue", $"POST /api/queues/{target}/resume"),
                ControlKind.PauseTask => ("task", $"POST /api/task-types/{target}/resume"),
                _ => ("run", $"POST /api/runs/{target[..target.IndexOf('.', StringComparison.Ordinal)]}/resume"),
            };
            yield return new Finding(FindingSeverity.Warning, $"The {what} {target} is paused since {note.At:u}, by {note.Who}{(note.Why.Length > 0 ? $": {note.Why}" : "")}.", $"{fix} lets it go on.");
        }

        foreach (var (name, note) in controls.Circuits.Where(circuit => circuit.Value.Force is not null))
        {
            yield return new Finding(
                FindingSeverity.Warning, $"The circuit {name} is forced {(note.Force == CircuitState.Open ? "open" : "closed")} since {note.At:u}, by {note.Who}.", $"POST /api/circuits/{name}/automatic leaves it to itself.");
        }

        foreach (var task in registry.Tasks)
        {
            if (controls.Find(ControlKind.Settings, ControlEntry.TargetOf(task.Settings.Name)) is { } entry && UnfitOf(task, entry) is { } unfit)
            {
                yield return new Finding(FindingSeverity.Error, $"What is set at run time for {task.Settings.Name} does not fit this version of the app, which goes by its own settings: {unfit}", $"PUT /api/task-types/{task.Settings.Name}/settings sets it anew.");
            }
        }
    }

    private IEnumerable<Finding> OfUpkeep()
    {
        if (figures.Latest is null && time.GetUtcNow() - worker.StartedAt > Settled)
        {
            yield return new Finding(FindingSeverity.Warning, "Nothing was measured for three minutes: the timer function CelerityMeasure does not run.", "Remove AzureWebJobs.CelerityMeasure.Disabled; the app's log has its failures.");
        }

        if (registry.Tasks.Where(task => task.Settings.ResultTtl > TimeSpan.FromDays(letters.Value.RetentionDays)).Select(task => task.Settings.Name).ToList() is { Count: > 0 } longer)
        {
            yield return new Finding(
                FindingSeverity.Advice,
                $"Dead letters are kept for {letters.Value.RetentionDays} days, what is stored of {string.Join(", ", longer)} for longer: towards the end a failed task cannot be replayed.",
                "Raise Celerity:DeadLetters:RetentionDays, or lower ResultTtl of the task.");
        }

        if (runs.Value.Retention == TimeSpan.Zero)
        {
            yield return new Finding(FindingSeverity.Advice, "Runs are kept for ever, with all that they wrote.", "Set Celerity:Runs:Retention, such as 30.00:00:00.");
        }

        if (!configuration.GetSection("Celerity:Alerts:Receivers").GetChildren().Any())
        {
            yield return new Finding(FindingSeverity.Advice, "Nobody is told of alerts.", "Set Celerity:Alerts:Receivers:{name}:Address, or have Prometheus or Azure Monitor watch.");
        }

        if (IsOff(TelemetrySetup.PrometheusSetting) && report.Find("OTEL_EXPORTER_OTLP_ENDPOINT") is null && report.Find("APPLICATIONINSIGHTS_CONNECTION_STRING") is null)
        {
            yield return new Finding(FindingSeverity.Advice, "Nobody is given metrics.", $"Set OTEL_EXPORTER_OTLP_ENDPOINT or APPLICATIONINSIGHTS_CONNECTION_STRING, or remove {TelemetrySetup.PrometheusSetting}.");
        }
    }

    private bool IsOff(string key) => bool.TryParse(report.Find(key), out var isOn) && !isOn;

    private string? UnfitOf(TaskDefinition task, ControlEntry entry)
    {
        try
        {
            _ = registry.SettingsWith(task, entry.Read<Dictionary<string, string>>());
            return null;
        }
        catch (CelerityException exception)
        {
            return exception.Message;
        }
    }
}
