using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Groups;

/// <summary>A <see cref="TaskSimulation"/> whose workers run <see cref="GroupHandler"/>.</summary>
internal sealed class GroupBench
{
    public GroupBench() => Simulation = new TaskSimulation
    {
        Configure = services =>
        {
            services.AddSingleton(Script);
            services.AddCelerityHandler(typeof(GroupHandler));
            services.AddCelerityHandler(typeof(Expiry.ExpiringHandler));
        },
    };

    public GroupScript Script { get; } = new();

    public TaskSimulation Simulation { get; }

    public IServiceProvider Worker(FaultPlan? plan = null) => Simulation.Worker(plan);

    public static ITaskGroups Groups(IServiceProvider worker) => worker.GetRequiredService<ITaskGroups>();

    public static Task MaintainAsync(IServiceProvider worker) => worker.GetRequiredService<MaintenanceRound>().RunAsync(CancellationToken.None).AsTask();

    /// <summary>Delivers, and maintains as the timer does, until nothing is left to do.</summary>
    public async Task SettleAsync(IServiceProvider worker)
    {
        Simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        for (var round = 0; round < 4; round++)
        {
            await Simulation.DrainAsync(worker);
            Simulation.Time.Advance(TimeSpan.FromMinutes(11));
            await MaintainAsync(worker);
        }

        await Simulation.DrainAsync(worker);
    }

    public async Task<List<TableRow>> RowsAsync(string table, string? partition = null)
    {
        var rows = new List<TableRow>();
        await foreach (var row in ((ITableStore)Simulation.Storage.Tables).QueryAsync(table, new TableQuery(partition), CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
