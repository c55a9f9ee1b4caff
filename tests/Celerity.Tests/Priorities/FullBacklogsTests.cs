using System.Text;
using System.Threading.Channels;
using Celerity.Priorities;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Priorities;

public sealed class FullBacklogsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task AllBacklogsFull_TheHighOneIsDoneFirst_AndNoneStandsStill()
    {
        var simulation = new TaskSimulation();
        var started = Channel.CreateUnbounded<(string Id, TaskCompletionSource End)>();
        simulation.Script.RunAsync = async (context, _) =>
        {
            var end = new TaskCompletionSource();
            await started.Writer.WriteAsync((context.Id, end), CancellationToken.None);
            await end.Task;
            return TaskOutcome.Completed;
        };
        var worker = simulation.Worker(configure: services => services.AddSingleton(new WorkerOptions { Concurrency = 2 }));
        var executor = worker.GetRequiredService<TaskExecutor>();
        var passes = StorageNames.WorkQueues.Except([StorageNames.ChunksQueue]).SelectMany(queue => Enumerable.Range(0, 60).Select(at => Task.Run(() => executor.RunAsync(
            new TaskDelivery(Encoding.UTF8.GetBytes($$"""{"id":"{{queue}}-{{at}}","task":"test.echo","payload":{"text":"x"} }"""), $"{queue}-{at}", 1, queue),
            CancellationToken.None).AsTask()))).ToList();
        var order = new List<string>();

        // Two run and 178 wait, before the first ends.
        while (worker.GetRequiredService<PriorityGate>().Waiting < 178)
        {
            await Task.Yield();
        }

        for (var at = 0; at < 180; at++)
        {
            var (id, end) = await started.Reader.ReadAsync(TestContext.Current.CancellationToken);
            order.Add(id[..id.LastIndexOf('-')]);
            end.SetResult();
        }

        await Task.WhenAll(passes);
        var first = order.Take(60).CountBy(queue => queue).ToDictionary();
        output.WriteLine(string.Join(", ", first));
        Assert.InRange(first[StorageNames.HighQueue], 42, 60);
        Assert.InRange(first[StorageNames.DefaultQueue], 6, 10);
        Assert.InRange(first[StorageNames.LowQueue], 6, 10);
    }
}
