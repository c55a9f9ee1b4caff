using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tests.Schedules;

/// <summary>The engine with schedules, on storage in memory and a clock that the test moves. A worker is a process of its own.</summary>
internal sealed class ScheduleSimulation
{
    public const string Name = "nightly";

    public static readonly ActionNote Note = new("ann", "a test");

    public TaskSimulation Tasks { get; } = new() { Configure = StageMutation.Apply };

    /// <summary>Gets the schedules of the code; a worker has those that are there when it starts.</summary>
    public Dictionary<string, Action<ScheduleOptions>> Code { get; } = [];

    public DateTimeOffset Now => Tasks.Time.GetUtcNow();

    public void Define(string name, Action<ScheduleOptions> configure) => Code[name] = options =>
    {
        (options.Task, options.Payload) = ("test.echo", """{"text":"hi"}""");
        configure(options);
    };

    public IServiceProvider Worker(FaultPlan? plan = null, Action<IServiceCollection>? configure = null)
    {
        var worker = Tasks.Worker(plan, services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IPipelineCheck, AnyPipeline>());
            foreach (var (name, set) in Code)
            {
                var options = new ScheduleOptions();
                set(options);
                services.AddCeleritySchedule(name, options, ScheduleSource.Code);
            }

            configure?.Invoke(services);
        });
        worker.GetRequiredService<ScheduleSetup>().Check();
        return worker;
    }

    public static IPipelineStarts Pipelines(IServiceProvider worker) => new RowStarts(worker.GetRequiredService<RunStore>());

    public static Task RoundAsync(IServiceProvider worker) =>
        worker.GetRequiredService<ScheduleRound>().RunAsync(Pipelines(worker), CancellationToken.None).AsTask();

    /// <summary>Lets a time pass, then runs one round.</summary>
    public Task RoundAfterAsync(IServiceProvider worker, TimeSpan time)
    {
        Tasks.Time.Advance(time);
        return RoundAsync(worker);
    }

    public Task RoundAfterAsync(IServiceProvider worker, double minutes) => RoundAfterAsync(worker, TimeSpan.FromMinutes(minutes));

    /// <summary>Runs what was sent to its end.</summary>
    public async Task RunTasksAsync(IServiceProvider worker)
    {
        while (await Tasks.DeliverOneAsync(worker))
        {
        }
    }

    /// <summary>What became of the due times, the earliest first, as <c>00:05 Fired</c>.</summary>
    public async Task<List<string>> HistoryAsync(string name = Name) =>
        [.. (await RecordsAsync(name)).Select(record => $"{record.Firing.DueAt:HH:mm} {record.Firing.Kind}{(record.Firing.Count > 1 ? $" {record.Firing.Count}" : "")}")];

    public async Task<List<FiringRecord>> RecordsAsync(string name = Name)
    {
        var records = await new FiringRecords(Tasks.Storage.Tables, Tasks.Time).ListAsync(name, 1000, CancellationToken.None);
        return [.. records.Reverse()];
    }

    public async Task<ScheduleState?> StateAsync(string name = Name) =>
        await Tasks.Worker().GetRequiredService<ScheduleStore>().FindAsync(name, CancellationToken.None);

    /// <summary>The rows of tasks that were sent, by their send rows.</summary>
    public async Task<List<TableRow>> SentAsync()
    {
        var rows = await ((ITableStore)Tasks.Storage.Tables).QueryAsync(StorageNames.TasksTable, new TableQuery(null), CancellationToken.None).ToListAsync();
        return [.. rows.Where(row => row.RowKey.EndsWith(":send", StringComparison.Ordinal)).OrderBy(row => row.FindString("id"), StringComparer.Ordinal)];
    }

    private sealed class AnyPipeline : IPipelineCheck
    {
        public void Check(string pipeline, string request)
        {
        }
    }

    // As the app does it, without orchestrations: a run that is there is that run.
    private sealed class RowStarts(RunStore runs) : IPipelineStarts
    {
        public async ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken) => _ = await runs.TryInsertAsync(
            new RunRecord { Id = id, Pipeline = pipeline, State = RunState.Running, Request = request, CreatedAt = TaskSimulation.Start }, cancellationToken);

        public async ValueTask CancelAsync(string id, CancellationToken cancellationToken) => _ = await runs.ChangeAsync(
            id, run => run.State.IsEnd() ? null : run with { State = RunState.Cancelled }, cancellationToken);
    }
}
