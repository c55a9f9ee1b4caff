namespace Celerity.Tests.Tasks.Model;

/// <summary>Something that a process of the model sends.</summary>
/// <param name="Name">What it is, for the trace.</param>
/// <param name="Run">Sends it; gives the ids of the tasks that were accepted.</param>
internal sealed record ModelSend(string Name, Func<ModelConsumer, Task<IReadOnlyList<string>>> Run)
{
    /// <summary>Gets what is sent when all is over, and must run; <see langword="null"/> for nothing.</summary>
    public ModelSend? Later { get; init; }

    /// <summary>Sends a task, each time another.</summary>
    public static ModelSend Of(object task, EnqueueOptions options) => new(
        Describe(options), async consumer => [await consumer.Sender.EnqueueAsync(task, options).ConfigureAwait(false)]);

    /// <summary>Sends a task that was prepared before: the same in every history, and the same way from then on.</summary>
    public static ModelSend Prepared(object task, EnqueueOptions options)
    {
        PreparedTask? prepared = null;
        var consumer = new ModelConsumer(new ModelWorld(new Scenario("prepares")));
        consumer.Calm(() => consumer.Begin("prepare", async process => prepared = await process.Sender.PrepareAsync(task, options).ConfigureAwait(false)));
        return new ModelSend(
            $"{Describe(options)} {prepared!.Id}", async process => [await process.Sender.SendPreparedAsync(prepared).ConfigureAwait(false)])
        {
            Later = Of(task, options),
        };
    }

    private static string Describe(EnqueueOptions options) =>
        options.IdempotencyKey is not null ? "idempotent"
        : options.UniqueKey is not null ? "unique"
        : options.DebounceKey is not null ? "debounced"
        : options.OrderKey is not null ? "ordered"
        : "plain";
}
