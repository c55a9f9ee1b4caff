using System.Text.Json;
using Celerity.Celery;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Celery;

/// <summary>A <see cref="TaskSimulation"/> whose workers run <see cref="CeleryHandler"/>, with Celery's workers at the queue <c>celery</c>.</summary>
internal sealed class CeleryBench
{
    public const string TheirQueue = "celery";

    public CeleryBench(bool expires = false)
    {
        Simulation = new TaskSimulation { Configure = Add, Expires = expires };
        Simulation.Storage.Queues.Create(TheirQueue);
    }

    public CeleryScript Script { get; } = new();

    public TaskSimulation Simulation { get; }

    public bool HasResults { get; init; } = true;

    public IReadOnlyList<string> Queues { get; init; } = [TheirQueue];

    public Action<IServiceCollection> Configure { get; init; } = _ => { };

    public IServiceProvider Worker(FaultPlan? plan = null) => Simulation.Worker(plan);

    /// <summary>Waits until the captured messages are due.</summary>
    public void WaitForCaptured() => Simulation.Time.Advance(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero) - Simulation.Time.GetUtcNow());

    public async Task RunAsync(params string[] messages)
    {
        foreach (var message in messages)
        {
            await Simulation.DropAsync(message);
        }

        await Simulation.DrainAsync(Worker());
    }

    /// <summary>What Celery's workers were sent, as message and body.</summary>
    public List<(JsonElement Message, JsonElement Body)> Theirs(string queue = TheirQueue) =>
        [.. Simulation.Storage.Queues.Peek(queue).Select(item => CeleryFiles.Open(item.Body))];

    public async Task<JsonElement?> ResultAsync(string id)
    {
        try
        {
            await using var stream = await ((IBlobStore)Simulation.Storage.Blobs)
                .OpenReadAsync(StorageNames.CeleryContainer, $"celery-task-meta-{id}", 0, null, null, CancellationToken.None);
            return await JsonSerializer.DeserializeAsync<JsonElement>(stream);
        }
        catch (BlobGoneException)
        {
            return null;
        }
    }

    public async Task<string?> StatusAsync(string id) => (await ResultAsync(id))?.GetProperty("status").GetString();

    private void Add(IServiceCollection services)
    {
        services.AddSingleton(Script);
        services.AddCelerityHandler(typeof(CeleryHandler));
        services.Configure<CeleryOptions>(options =>
        {
            options.Results = HasResults;
            foreach (var queue in Queues)
            {
                options.Queues.Add(queue);
            }
        });
        Configure(services);
    }
}
