using Celerity.Maintenance;
using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages.Admission;
using Celerity.Stages.Combining;
using Celerity.Stages.Ledger;
using Celerity.Stages.Outputs;
using Celerity.Stages.Outputs.Merging;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Stages.Sources;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Stages.Watching;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Stages;

/// <summary>Registers what runs stages.</summary>
internal static class CelerityStagesExtensions
{
    /// <summary>Adds runs and stages. The storage seams and each <see cref="IStageRunner"/> are registered beside.</summary>
    public static IServiceCollection AddCelerityStages(this IServiceCollection services, Action<StageOptions>? configure = null)
    {
        var options = new StageOptions();
        configure?.Invoke(options);
        services.AddSingleton(options);

        // The board, limits, slots and circuits are those of tasks.
        services.AddCelerityEngine();
        foreach (var type in new[]
        {
            typeof(KnownRuns), typeof(RunStore), typeof(RunGate), typeof(RunLifecycle), typeof(PendingRuns), typeof(RunStarts), typeof(RunRestarts), typeof(RunStartKeys), typeof(RunEnds), typeof(RunViews), typeof(StageViews), typeof(StageChunks), typeof(RunPurge), typeof(RunSweep), typeof(RunLetters), typeof(RunRetention), typeof(PurgeActions), typeof(RunUpkeep), typeof(StepGate), typeof(RunSuspensions), typeof(RunControl),
            typeof(StageRegistry), typeof(Manifest), typeof(StagedDatasets), typeof(BlobList), typeof(ChunkSources), typeof(SourceOpening),
            typeof(StagePlanner), typeof(StageTakeover), typeof(StageWindow), typeof(StagePaces), typeof(SlicePublisher),
            typeof(StageLedger), typeof(Partials), typeof(Rejects),
            typeof(StageAdmission), typeof(StageDeferrals), typeof(StagePatience),
            typeof(ChunkWork), typeof(SmallRuns), typeof(ChunkHandover), typeof(ChunkVerdicts), typeof(ChunkSettlement), typeof(ChunkEffects), typeof(ChunkEvents), typeof(ChunkLetters),
            typeof(SliceGate), typeof(SlicePass), typeof(ChunkPass), typeof(RunWatch), typeof(SliceExecutor), typeof(SliceDrain),
            typeof(StageWatch), typeof(StageCombiner), typeof(OutputList), typeof(OutputLister), typeof(OutputMerger), typeof(OutputDownload),
        })
        {
            services.TryAddSingleton(type);
        }

        services.AddOptions<RunOptions>();
        services.TryAddSingleton<IRunControl>(provider => provider.GetRequiredService<RunControl>());
        services.TryAddSingleton<ILastInstances, NoInstances>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, RunSuspensions>(provider => provider.GetRequiredService<RunSuspensions>()));
        return services;
    }
}
