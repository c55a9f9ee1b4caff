using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Stages;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Model;

/// <summary>A process of a model of runs; its services have one stage, which adds up numbers.</summary>
internal sealed class RunProcess(RunWorld world) : SeamProcess(world.Tables, world.Time), IRunInstances
{
    private static readonly ServiceProvider Provider = Build();

    public RunStory Story => world.Story;

    private RunWorld World => world;

    /// <summary>Gets or sets the slice that it is given.</summary>
    public SliceMessage? Slice { get; set; }

    /// <summary>Gets or sets the generation that what it asks for is answered with.</summary>
    public int Answer { get; set; }

    public async ValueTask StartAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (!await CallAsync("find", () => "instance", () => world.Account.IsStarted(run)).ConfigureAwait(false))
        {
            _ = await CallAsync("start", () => "instance", () => world.Account.Start(run)).ConfigureAwait(false);
        }
    }

    public ValueTask WakeAsync(string run, int generation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override IServiceProvider NewServices()
    {
        var services = Provider.CreateScope().ServiceProvider;
        services.GetRequiredService<Owner>().Process = this;
        return services;
    }

    protected override T Write<T>(string table, IReadOnlyList<TableRow> rows, Func<T> write) => table == StorageNames.RunsTable ? world.Account.Write(rows, write) : write();

    protected override void Send(string queue, string body) => world.Queues.Send(queue, body);

    protected override int Count(string queue) => world.Queues.Count(queue);

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddScoped<Owner>();
        services.AddScoped<TimeProvider>(scope => Of(scope).World.Time);
        services.AddScoped(scope => Of(scope).World.Story.Tables(WithoutAudit(Of(scope))));
        services.AddScoped<IQueueStore>(Of);
        services.AddScoped<IBlobStore>(scope => Of(scope).World.Story.Blobs);
        services.AddCelerityStages(options => (options.ChunksPerSlice, options.ChunksPerPage, options.MaxInFlightChunks, options.RepublishAfter) = (1, 2, 1, TimeSpan.FromMinutes(1)));
        services.GetOrAddInstance<TaskRegistry>().Stages.Add(typeof(SumStage));
        services.AddScoped<IStageRunner>(scope => new StageRunner<SumStage.Totals, SumStage.Totals>(
            nameof(SumStage), new SumStage { Retry = ChunkRetry.Default with { MaxAttempts = 1 }, OnChunk = number => Of(scope).World.Account.StartChunk(Of(scope), number) }));
        ModelServices.MakeScoped(services);
        return services.BuildServiceProvider();
    }

    // The audit is none of this: its random ids would make each state another one.
    private static AlteredTables WithoutAudit(RunProcess process) => new(process)
    {
        Insert = (inner, table, row) => IsAudit(row) ? new("noted") : inner.TryInsertAsync(table, row, CancellationToken.None),
        WriteAll = (inner, table, rows) => inner.TryWriteAllAsync(table, [.. rows.Where(row => !IsAudit(row))], CancellationToken.None),
    };

    private static bool IsAudit(TableRow row) => row.RowKey.StartsWith("Audit:", StringComparison.Ordinal);

    private static RunProcess Of(IServiceProvider scope) => scope.GetRequiredService<Owner>().Process!;

    private sealed class Owner
    {
        public RunProcess? Process { get; set; }
    }
}
