using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Admission;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs;

/// <summary>Mutations for the rules of <c>docs/runs.md</c> on suspensions.</summary>
internal static class SuspensionMutations
{
    /// <summary>S1: the watch's patience, and nobody else, does not know of suspensions.</summary>
    public static StageMutation CountsTimeWhileSuspended() => new()
    {
        Services = services => services.AddSingleton(provider => new StagePatience(
            provider.GetRequiredService<TaskRegistry>(),
            BoardWithoutSuspensions(provider),
            provider.GetRequiredService<StageDeferrals>(),
            provider.GetRequiredService<TimeProvider>())),
    };

    /// <summary>S2, S3: whatever lets chunks go does not say that there is something to look through.</summary>
    public static StageMutation AsksForNoLook() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
                await inner.TryWriteAllAsync(table, [.. rows.Where(row => !row.RowKey.StartsWith(nameof(ControlKind.Refill), StringComparison.Ordinal))], CancellationToken.None) is null
                    ? null
                    : [.. rows.Select(_ => "written")],
        },
    };

    /// <summary>S6: a step of an orchestration, and nothing else, goes on while its run is suspended.</summary>
    public static StageMutation StepsWhileSuspended() => new()
    {
        Services = services => services.AddSingleton(provider => new StepGate(
            provider.GetRequiredService<RunGate>(),
            BoardWithoutSuspensions(provider),
            provider.GetRequiredService<SmallRuns>())),
    };

    private static ControlBoard BoardWithoutSuspensions(IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var tables = new AlteredTables(provider.GetRequiredService<ITableStore>())
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
                .Where(row => !row.RowKey.StartsWith(nameof(ControlKind.SuspendRun), StringComparison.Ordinal)),
        };
        return new ControlBoard(new ControlStore(tables, time), time);
    }
}
