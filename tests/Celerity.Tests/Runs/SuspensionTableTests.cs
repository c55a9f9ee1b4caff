using Celerity.Controls;
using Celerity.Stages.Admission;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Each rule of <c>docs/runs.md</c> on suspensions is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class SuspensionTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["S1"] = (CountsTimeWhileSuspended, () => new SuspensionTests().Suspended_LongerThanTheWatchHasPatience_HoldsAtNoAttemptAndLosesNothing()),
        ["S2"] = (AsksForNoLook, () => new SuspensionTests().SuspendAndResume_AnyFaultAtAnyCall_AllChunksRun()),
        ["S3"] = (AsksForNoLook, () => new SuspensionTests().Cancel_OfASuspendedRun_EndsIt_AndNothingOfItStaysHeldOrOnTheBoard()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);

    // The watch's patience, and nobody else, does not know of suspensions.
    private static StageMutation CountsTimeWhileSuspended() => new()
    {
        Services = services => services.AddSingleton(provider => new StagePatience(
            provider.GetRequiredService<TaskRegistry>(),
            new ControlBoard(new ControlStore(WithoutSuspensions(provider.GetRequiredService<ITableStore>()), provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<StageDeferrals>(),
            provider.GetRequiredService<TimeProvider>())),
    };

    private static AlteredTables WithoutSuspensions(ITableStore tables) => new(tables)
    {
        Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
            .Where(row => !row.RowKey.StartsWith(nameof(ControlKind.SuspendRun), StringComparison.Ordinal)),
    };

    // Whatever lets chunks go does not say that there is something to look through.
    private static StageMutation AsksForNoLook() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
                await inner.TryWriteAllAsync(table, [.. rows.Where(row => !row.RowKey.StartsWith(nameof(ControlKind.Refill), StringComparison.Ordinal))], CancellationToken.None) is null
                    ? null
                    : [.. rows.Select(_ => "written")],
        },
    };
}
