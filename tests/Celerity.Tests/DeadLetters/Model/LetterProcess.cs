using System.Text;
using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks;
using Celerity.Tests.Tasks.Model;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tests.DeadLetters.Model;

/// <summary>A process of a model of dead letters.</summary>
internal sealed class LetterProcess(LetterWorld world) : SeamProcess(world.Tables, world.Time)
{
    private static readonly ServiceProvider Provider = Build();

    private LetterWorld World => world;

    /// <summary>Gets whether its step began after it was answered that the action is stopped.</summary>
    public bool IsAfterCancel { get; set; }

    /// <summary>Gets what its last step has said comes next.</summary>
    public ActionStep Next { get; private set; } = ActionStep.GoOn;

    /// <summary>Makes a step of an action.</summary>
    public async Task StepAsync(string action, IServiceProvider services) =>
        Next = await services.GetRequiredService<ActionRunner>().StepAsync(action, CancellationToken.None).ConfigureAwait(false);

    protected override IServiceProvider NewServices()
    {
        var services = Provider.CreateScope().ServiceProvider;
        services.GetRequiredService<Owner>().Process = this;
        return services;
    }

    protected override T Write<T>(string table, IReadOnlyList<TableRow> rows, Func<T> write) =>
        table == StorageNames.DeadLettersTable ? World.Account.Write(this, rows, write) : write();

    protected override void Send(string queue, string body) => World.Account.Send(MessageCodec.Decode(Encoding.UTF8.GetBytes(body), "").Tasks[0].Id);

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddScoped<Owner>();
        services.AddScoped<TimeProvider>(scope => Of(scope).World.Time);
        services.AddScoped(scope => Of(scope).World.Story.Tables(WithoutAudit(Of(scope))));
        services.AddScoped<IQueueStore>(Of);
        services.AddSingleton<IBlobStore>(new InMemoryStorage(TimeProvider.System).Blobs);
        services.AddCelerityEngine();
        services.AddCelerityHandler(typeof(EchoHandler));

        // What is sent side by side would arrive in an order that the explorer does not choose.
        services.Replace(ServiceDescriptor.Scoped(scope => new Replay(
            scope.GetRequiredService<DeadLetterStore>(),
            scope.GetRequiredService<ReplayMessages>(),
            scope.GetRequiredService<ChunkReplays>(),
            scope.GetRequiredService<BackgroundTasks>(),
            scope.GetRequiredService<TimeProvider>())
        {
            ParallelSends = 1,
        }));
        ModelServices.MakeScoped(services);
        return services.BuildServiceProvider();
    }

    // The audit is none of this: its random ids would make each state another one.
    private static AlteredTables WithoutAudit(LetterProcess process) => new(process)
    {
        Insert = (inner, table, row) => table == StorageNames.ControlTable ? new("noted") : inner.TryInsertAsync(table, row, CancellationToken.None),
    };

    private static LetterProcess Of(IServiceProvider scope) => scope.GetRequiredService<Owner>().Process!;

    private sealed class Owner
    {
        public LetterProcess? Process { get; set; }
    }
}
