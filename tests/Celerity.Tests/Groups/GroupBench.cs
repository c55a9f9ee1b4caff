using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages.Interleaving;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Groups;

/// <summary>A <see cref="TaskSimulation"/> whose workers run <see cref="GroupHandler"/>.</summary>
internal sealed class GroupBench
{
    private bool _isStepped;

    public GroupBench() => Simulation = new TaskSimulation
    {
        Expires = true,
        Configure = services =>
        {
            services.AddSingleton(Script);
            services.AddCelerityHandler(typeof(GroupHandler));
            services.AddCelerityHandler(typeof(Expiry.ExpiringHandler));
            if (_isStepped)
            {
                SteppedStorage.Add(services, Simulation!.Storage);
            }
        },
    };

    public GroupScript Script { get; } = new();

    public TaskSimulation Simulation { get; }

    public IServiceProvider Worker(FaultPlan? plan = null) => Simulation.Worker(plan);

    /// <summary>Makes a worker that stops a <see cref="SteppedActor"/> before each call to storage.</summary>
    public IServiceProvider SteppedWorker()
    {
        _isStepped = true;
        var worker = Simulation.Worker();
        _isStepped = false;
        return worker;
    }

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
