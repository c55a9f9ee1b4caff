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
        var worker = simulation.Worker(configure: services => services.AddSingleton(new WorkerOptions { Concurrency = 1 }));
        var executor = worker.GetRequiredService<TaskExecutor>();
        var passes = new[] { StorageNames.HighQueue, StorageNames.DefaultQueue, StorageNames.LowQueue }.SelectMany(queue => Enumerable.Range(0, 60).Select(at => Task.Run(() => executor.RunAsync(
            new TaskDelivery(Encoding.UTF8.GetBytes($$"""{"id":"{{queue}}-{{at}}","task":"test.echo","payload":{"text":"x"} }"""), $"{queue}-{at}", 1, queue),
            CancellationToken.None).AsTask()))).ToList();
        var order = new List<string>();

        // One runs and 179 wait, before the first ends. One at a time: of two, the slower to start would be noted late.
        while (worker.GetRequiredService<PriorityGate>().Waiting < 179)
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
