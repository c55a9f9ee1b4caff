using Celerity.Controls;
using Celerity.Holding;
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
    public static readonly IServiceProvider WithAllRules = Build(_ => { });

    private readonly HashSet<string> _received = new(StringComparer.Ordinal);

    public RunStory Story => world.Story;

    private RunWorld World => world;

    /// <summary>Gets the message that it is at.</summary>
    public QueueItem? Item { get; private set; }

    /// <summary>Gets the slice that it is given.</summary>
    public SliceMessage? Slice { get; private set; }

    /// <summary>Gets or sets whether it began when somebody was answered already that its generation does nothing more.</summary>
    public bool IsForbidden { get; set; }

    /// <summary>Gets or sets the orchestration as it is after its step.</summary>
    public RunOrchestration? Orchestration { get; set; }

    /// <summary>Gets or sets the generation that what it asks for is answered with.</summary>
    public int Answer { get; set; }

    /// <summary>Takes a message.</summary>
    public Func<IServiceProvider, Task> Take(QueueItem item)
    {
        (Item, Slice) = (item, SliceMessage.TryDecode(item.Body, out _)!);
        IsForbidden = world.Answers.IsForbidden(Slice.Generation);
        return services => services.GetRequiredService<SliceExecutor>().RunAsync(item, world.Account, CancellationToken.None).AsTask();
    }

    /// <summary>Takes the next step of an orchestration: of a copy, for a step that dies has not been made.</summary>
    public Func<IServiceProvider, Task> TakeStep()
    {
        Orchestration = world.Account.Next!.Copy();
        IsForbidden = world.Answers.IsForbidden(Orchestration.Generation);
        return Orchestration.StepAsync;
    }

    /// <summary>A round of maintenance.</summary>
    public async Task MaintainAsync(IServiceProvider services)
    {
        await services.GetRequiredService<RunStarts>().StartPendingAsync(this, CancellationToken.None).ConfigureAwait(false);
        if (world.Story.HasSuspension)
        {
            await services.GetRequiredService<RunSuspensions>().RunAsync(CancellationToken.None).ConfigureAwait(false);
            await services.GetRequiredService<HeldQueues>().RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async ValueTask StartAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (!await CallAsync("find", () => "instance", () => world.Account.IsStarted(run), () => [RunTouches.Read(RunTouches.Instance)]).ConfigureAwait(false))
        {
            _ = await CallAsync("start", () => "instance", () => world.Account.Start(run), () => [RunTouches.Instance]).ConfigureAwait(false);
        }
    }

    public ValueTask WakeAsync(string run, int generation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override IServiceProvider NewServices()
    {
        _received.Clear();
        var services = world.Story.Services.CreateScope().ServiceProvider;
        services.GetRequiredService<Owner>().Process = this;
        return services;
    }

    protected override T Write<T>(string table, IReadOnlyList<TableRow> rows, Func<T> write)
    {
        if (table == StorageNames.RunsTable)
        {
            return world.Account.Write(rows, write);
        }

        var written = write();
        if (written is not null && rows.Any(IsSuspension))
        {
            // It is answered as suspended later than that, and what is resumed may go on at once.
            world.Answers.Release();
        }

        return written;
    }

    protected override void Send(string queue, string body)
    {
        if (world.Story.Sends(body) is { } sent)
        {
            world.Account.Sent(this, queue);
            world.Queues.Send(queue, sent);
        }
    }

    protected override IReadOnlyList<QueueItem> Receive(string queue) => world.Queues.Receive(queue, _received);

    protected override bool Remove(string queue, QueueItem item) => world.Queues.Remove(item);

    protected override Touch OfQueue(string queue, bool writes) => RunQueues.Touch(queue, writes);

    protected override int Count(string queue) => world.Queues.Count(queue);

    // What is sent is looked at by what was answered.
    protected override IReadOnlyList<Touch> Sends(string queue) => [RunQueues.Touch(queue, writes: true), RunTouches.Read(RunTouches.Answers)];

    // Whoever starts a run again keeps in mind what has ended of it.
    protected override IReadOnlyList<Touch> Writes(string table, IReadOnlyList<TableRow> rows) =>
    [
        .. base.Writes(table, rows),
        .. world.Story.HasRestart && table == StorageNames.RunsTable ? [Touch.OfRows(StorageNames.LedgerTable, null)] : Array.Empty<Touch>(),
        .. rows.Any(IsSuspension) ? [RunTouches.Answers] : Array.Empty<Touch>(),
    ];

    /// <summary>Makes the services of all processes.</summary>
    public static IServiceProvider Build(Action<IServiceCollection> alter)
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
        alter(services);
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

    private static bool IsSuspension(TableRow row) => row.PartitionKey == ControlEntry.Partition && ControlEntry.KindOf(row.RowKey) == ControlKind.SuspendRun;

    private static RunProcess Of(IServiceProvider scope) => scope.GetRequiredService<Owner>().Process!;

    private sealed class Owner
    {
        public RunProcess? Process { get; set; }
    }
}
