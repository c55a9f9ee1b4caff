using Celerity.Stages;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Purging.Model;

/// <summary>A process of a model of purges.</summary>
internal sealed class PurgeProcess(PurgeWorld world) : SeamProcess(world.Tables, world.Time)
{
    private static readonly ServiceProvider Provider = Build();

    private PurgeWorld World => world;

    protected override IServiceProvider NewServices()
    {
        var services = Provider.CreateScope().ServiceProvider;
        services.GetRequiredService<Owner>().Process = this;
        return services;
    }

    protected override void Send(string queue, string body) => throw new InvalidOperationException("Nothing is to be sent of a run that has ended.");

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddScoped<Owner>();
        services.AddScoped<TimeProvider>(scope => Of(scope).World.Time);
        services.AddScoped(scope => Of(scope).World.Story.Tables(WithoutAudit(Of(scope))));
        services.AddScoped<IQueueStore>(Of);
        services.AddSingleton<IBlobStore>(new InMemoryStorage(TimeProvider.System).Blobs);
        services.AddCelerityStages();
        ModelServices.MakeScoped(services);
        return services.BuildServiceProvider();
    }

    private static AlteredTables WithoutAudit(PurgeProcess process) => new(process)
    {
        Insert = (inner, table, row) => row.RowKey.StartsWith("Audit:", StringComparison.Ordinal) ? new("noted") : inner.TryInsertAsync(table, row, CancellationToken.None),
    };

    private static PurgeProcess Of(IServiceProvider scope) => scope.GetRequiredService<Owner>().Process!;

    private sealed class Owner
    {
        public PurgeProcess? Process { get; set; }
    }
}
