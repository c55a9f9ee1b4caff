using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>What the stage ran, and what it is to fail at.</summary>
internal sealed class CountedRecords
{
    public List<int> Ran { get; } = [];

    public HashSet<int> Bad { get; } = [];

    /// <summary>Gets or sets what each chunk does before its records.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;
}

/// <summary>Adds numbers up. Every app of this assembly has it: it asks for its book only where it runs.</summary>
internal sealed class CountedStage(IServiceProvider services) : IStage<long, long>
{
    public IReadOnlyList<string> RequiredColumns => ["n"];

    public ChunkRetry Retry => ChunkRetry.Default with { MaxAttempts = 1 };

    public long Empty() => 0;

    public async ValueTask<long> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var book = services.GetRequiredService<CountedRecords>();
        await book.Before();
        var sum = 0L;
        while (records.Read())
        {
            _ = records.TryGetInt32(0, out var number);
            lock (book.Ran)
            {
                book.Ran.Add(number);
            }

            sum += book.Bad.Contains(number) ? throw new InvalidOperationException($"{number} is bad") : number;
        }

        return sum;
    }

    public long Combine(long left, long right) => left + right;

    public long Finish(long total) => total;
}

/// <summary>What the pipeline is asked for.</summary>
public sealed record CountedRequest(DatasetSource Source, Tolerance Tolerance) : IDatasetRequest;

/// <summary>A pipeline of one stage.</summary>
public static class CountedPipeline
{
    /// <summary>Returns the sum.</summary>
    [Pipeline("counted")]
    [Function(nameof(CountedPipeline))]
    public static async Task<long> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, CountedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (await context.RunStageAsync<CountedStage, long>(request.Source, request.Tolerance)).Result;
    }
}
