using System.Globalization;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>How many tasks of one type a process can have in flight from one queue: as many messages as host.json lets run at once, each a full pack.</summary>
/// <param name="BatchSize">How many messages the host asks for at once.</param>
/// <param name="NewBatchThreshold">At how many in flight it asks for more.</param>
internal sealed record InFlightLimit(int BatchSize, int NewBatchThreshold)
{
    private const int HostBatchSize = 16;
    private const string Section = "AzureFunctionsJobHost:extensions:queues:";

    /// <summary>Gets how many messages of one queue run at once.</summary>
    public int Messages => BatchSize + NewBatchThreshold;

    /// <summary>Reads host.json, or what app settings put in its place; what neither says is as on the host.</summary>
    public static InFlightLimit Read(string folder, IConfiguration configuration)
    {
        var batchSize = Number("batchSize") ?? HostBatchSize;
        return new InFlightLimit(batchSize, Number("newBatchThreshold") ?? batchSize / 2 * Environment.ProcessorCount);

        int? Number(string name) =>
            int.TryParse(configuration[Section + name] ?? HostJsonFile.Find(folder, "extensions", "queues", name), CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }

    /// <summary>Refuses batches that can never fill.</summary>
    /// <exception cref="CelerityException">CEL0218: a task's batch size is above what can be in flight.</exception>
    public void Check(IEnumerable<TaskDefinition> tasks)
    {
        foreach (var settings in tasks.Where(task => task.IsBatched).Select(task => task.Settings))
        {
            var (size, perMessage) = (settings.BatchSize, Pack.MostTasks(settings.Name));
            if (size > (long)Messages * perMessage)
            {
                throw new CelerityException(
                    ErrorCodes.BatchNeverFills,
                    $"The task '{settings.Name}' has a batch size of {size}, but no more than {(long)Messages * perMessage} of it can be in flight in a process: "
                    + $"host.json lets {Messages} messages of a queue run at once (extensions.queues: batchSize {BatchSize} + newBatchThreshold {NewBatchThreshold}), "
                    + $"and a message brings {perMessage} at most. "
                    + $"Lower {TaskOptionsSource.Section}:{settings.Name}:{nameof(CelerityTaskOptions.BatchSize)} or raise newBatchThreshold.");
            }
        }
    }
}
