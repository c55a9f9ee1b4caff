using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Schedules.Model;

/// <summary>A process of a schedule's model.</summary>
internal sealed class ScheduleProcess(ScheduleWorld world) : SeamProcess(world.Tables, world.Time)
{
    private static readonly ServiceProvider Provider = Build();

    private ScheduleWorld World => world;

    public static IPipelineStarts Pipelines { get; } = new NoPipelines();

    /// <summary>Gets whether operators may set the cursor back in what it does.</summary>
    public bool IsAsked => Does != "round";

    protected override IServiceProvider NewServices()
    {
        var services = Provider.CreateScope().ServiceProvider;
        services.GetRequiredService<Owner>().Process = this;
        return services;
    }

    protected override T Write<T>(string table, IReadOnlyList<TableRow> rows, Func<T> write) => World.Write(this, rows, write);

    protected override void Send(string queue, string body) => World.Account.Send(body);

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddScoped<Owner>();
        services.AddScoped<TimeProvider>(scope => Of(scope).World.Time);
        services.AddScoped(scope => Of(scope).World.Story.Tables(Of(scope)));
        services.AddScoped<IQueueStore>(Of);
        services.AddSingleton<IBlobStore>(new InMemoryStorage(TimeProvider.System).Blobs);
        services.AddCelerityEngine();
        services.AddCelerityHandler(typeof(EchoHandler));
        ModelServices.MakeScoped(services);
        return services.BuildServiceProvider();
    }

    private static ScheduleProcess Of(IServiceProvider scope) => scope.GetRequiredService<Owner>().Process!;

    private sealed class Owner
    {
        public ScheduleProcess? Process { get; set; }
    }

    private sealed class NoPipelines : IPipelineStarts
    {
        public ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask CancelAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
