using System.Diagnostics;
using System.Text;
using Celerity;
using Celerity.AzureStorage;
using Celerity.Celery;
using Celerity.LocalRuntime.Emulator;
using Celerity.RealCelery;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Ends with what the Python client says: 0 where all of its tasks came to what they must.
var folder = Directory.CreateTempSubdirectory("celerity-real-celery-");
await using var storage = await Azurite.StartAsync(folder.FullName, CancellationToken.None);
var services = new ServiceCollection();
services.AddCelerityAzureStorage(new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", storage.ConnectionString)]).Build());
services.AddCelerityEngine(typeof(NetHandler).Assembly);
services.Configure<CeleryOptions>(options =>
{
    options.Results = true;
    options.Queues.Add("celery");
});
await using var app = services.BuildServiceProvider();
await app.GetRequiredService<IStorageSetup>().EnsureAsync(CancellationToken.None);
await app.GetRequiredService<ICeleryTasks>().SendAsync("celery", "py.times", [6, 7], options: new CelerySendOptions { TaskId = "from-csharp" });

using var worker = Python("-m", "celery", "-A", "real_celery", "worker", "-P", "solo", "-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat");
using var client = Python("real_celery.py");
using var stop = new CancellationTokenSource();
try
{
    var run = RunAsync(stop.Token);
    await Task.WhenAny(client.WaitForExitAsync(), run).WaitAsync(TimeSpan.FromMinutes(3));
    await stop.CancelAsync();
    await run;
    return client.ExitCode;
}
finally
{
    worker.Kill(entireProcessTree: true);
    client.Kill(entireProcessTree: true);
}

Process Python(params string[] arguments)
{
    var start = new ProcessStartInfo("/usr/bin/python3", arguments) { WorkingDirectory = AppContext.BaseDirectory };
    start.Environment["STORAGE"] = storage.ConnectionString;
    return Process.Start(start)!;
}

// What the queue trigger does.
async Task RunAsync(CancellationToken stopping)
{
    var (queues, executor) = (app.GetRequiredService<IQueueStore>(), app.GetRequiredService<TaskExecutor>());
    using var rest = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
    while (!stopping.IsCancellationRequested)
    {
        foreach (var item in await queues.ReceiveAsync(StorageNames.DefaultQueue, 16, TimeSpan.FromMinutes(1), CancellationToken.None))
        {
            await executor.RunAsync(new TaskDelivery(Encoding.UTF8.GetBytes(item.Body), item.MessageId, item.DequeueCount, StorageNames.DefaultQueue), CancellationToken.None);
            await queues.TryDeleteAsync(StorageNames.DefaultQueue, item, CancellationToken.None);
        }

        await rest.WaitForNextTickAsync(CancellationToken.None);
    }
}
