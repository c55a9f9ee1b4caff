using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Celerity.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Workers;

/// <summary>Worker processes over storage in memory, each with its heartbeat.</summary>
internal sealed class WorkerBench
{
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public TaskSimulation Simulation { get; } = new();

    public WatchedTime Time => Simulation.Time;

    public FakeMemory Memory { get; } = new();

    public IServiceProvider Worker(WorkerOptions? options = null, FaultPlan? plan = null) => Simulation.Worker(plan, services =>
    {
        services.AddSingleton<WorkerMemory>(Memory);
        services.AddSingleton(options ?? new WorkerOptions());
    });

    /// <summary>Begins a worker's life: its first heartbeat is written.</summary>
    public async Task<Life> BeginAsync(IServiceProvider worker)
    {
        var life = new Life(this, worker, new CancellationTokenSource());
        var waits = Time.WhenTimerOf(WorkerRow.BeatInterval);
        life.Begin();
        await waits.WaitAsync(Hang);
        return life;
    }

    public async Task<WorkerRecord> FindAsync(Life life) => (await Simulation.Worker().GetRequiredService<IWorkers>().FindAsync(life.Id))!;

    /// <summary>One worker's heart.</summary>
    internal sealed class Life(WorkerBench bench, IServiceProvider worker, CancellationTokenSource stopping)
    {
        public string Id => worker.GetRequiredService<WorkerHeart>().Id;

        public Task<bool> Heart { get; private set; } = Task.FromResult(false);

        public void Begin() => Heart = worker.GetRequiredService<WorkerHeart>().RunAsync(stopping.Token);

        /// <summary>Lets the time of one heartbeat pass, and waits until it is written or the worker's life is over.</summary>
        public async Task BeatAsync(TimeSpan? nextWait = null)
        {
            var waits = bench.Time.WhenTimerOf(nextWait ?? WorkerRow.BeatInterval);
            bench.Time.Advance(WorkerRow.BeatInterval);
            await Task.WhenAny(Heart, waits).WaitAsync(Hang);
        }

        public async Task StopAsync()
        {
            await stopping.CancelAsync();
            await Heart.WaitAsync(Hang);
            await worker.GetRequiredService<WorkerHeart>().StopAsync();
        }
    }

    internal sealed class FakeMemory : WorkerMemory
    {
        public long Bytes { get; set; } = 100 * 1024 * 1024;

        public override long WorkingSetBytes => Bytes;

        public override long HeapBytes => 7;
    }
}
