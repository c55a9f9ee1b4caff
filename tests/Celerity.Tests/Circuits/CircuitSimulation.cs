using Celerity.Circuits;
using Celerity.Holding;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>The task engine with a circuit of two failures, 30 seconds and two probes, and with the rounds of maintenance that move what is held.</summary>
internal sealed class CircuitSimulation
{
    public const string Held = TaskSimulation.Queue + StorageNames.HeldSuffix;
    public const string Circuit = "geocoder";

    public static readonly ActionNote Note = new("ann", "a test");

    public static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    public TaskSimulation Tasks { get; } = new()
    {
        Configure = services =>
        {
            services.UseCelerityTaskSettings(
                new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Celerity:Circuits:geocoder:MinimumThroughput"] = "2",
                    ["Celerity:Circuits:geocoder:Probes"] = "2",
                }).Build(),
                longestTimeLimit: null);
            services.AddCelerityHandler(typeof(CircuitHandler));
        },
    };

    /// <summary>Gets or sets whether what the tasks need is down.</summary>
    public bool IsDown { get; set; }

    public CircuitSimulation() => Tasks.Script.Run = _ => IsDown ? throw new HttpRequestException("down") : TaskOutcome.Completed;

    public IReadOnlyList<string> RunIds => [.. Tasks.Script.Runs.Select(run => run.Id)];

    public int HeldCount => Tasks.Storage.Queues.Count(Held);

    public async Task SendAsync(params IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            await Tasks.DropAsync(Body(id));
        }
    }

    public Task SendPackAsync(params IEnumerable<string> ids) => Tasks.DropAsync($$"""{"v":1,"batch":[{{string.Join(',', ids.Select(id => Body(id)))}}]}""").AsTask();

    public static string Body(string id, string task = "test.geocode") => $$"""{"id":"{{id}}","task":"{{task}}","payload":{"text":"hi"} }""";

    public void Wait(TimeSpan time) => Tasks.Time.Advance(time);

    /// <summary>Delivers what can be received now.</summary>
    public async Task DeliverAsync(IServiceProvider worker)
    {
        while (await Tasks.DeliverOneAsync(worker))
        {
        }
    }

    /// <summary>What the maintenance timer does about what is held.</summary>
    public static async Task MaintainAsync(IServiceProvider worker)
    {
        await worker.GetRequiredService<HeldQueues>().RunAsync(CancellationToken.None);
        await worker.GetRequiredService<CircuitProbing>().RunAsync(CancellationToken.None);
    }

    /// <summary>Lets two tasks fail, so that the circuit opens; a second later they come again and are held.</summary>
    public async Task OpenAsync(IServiceProvider worker)
    {
        IsDown = true;
        await SendAsync("bad1", "bad2");
        await DeliverAsync(worker);
        Wait(TimeSpan.FromSeconds(1));
        await DeliverAsync(worker);
        Assert.Equal((CircuitState.Open, 2), (await StateAsync(worker), HeldCount));
        Tasks.Script.Runs.Clear();
    }

    public static async Task<CircuitState> StateAsync(IServiceProvider worker) => (await worker.GetRequiredService<ICircuits>().GetAsync(Circuit)).State;

    /// <summary>Delivers and maintains, minute by minute, until every one of these tasks has ended.</summary>
    public async Task FinishAsync(IServiceProvider worker, IReadOnlyCollection<string> ids)
    {
        for (var minute = 0; minute < 60; minute++)
        {
            for (var second = 0; second < 60; second += 10)
            {
                await DeliverAsync(worker);
                Wait(TimeSpan.FromSeconds(10));
            }

            await MaintainAsync(worker);
            var rows = await Task.WhenAll(ids.Select(Tasks.FindAsync));
            if (rows.All(row => row?.Ending is not null))
            {
                return;
            }
        }

        Assert.Fail($"Not all tasks have ended within an hour: {HeldCount} are held, {Tasks.Storage.Queues.Count(TaskSimulation.Queue)} wait.");
    }
}
