using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Starts a process of the app: its own <c>Main</c> on a thread of its own, until its host has started.</summary>
internal static class ProcessStarter
{
    /// <exception cref="TestHostException">The app did not start.</exception>
    public static async Task<AppProcess> StartAsync(TestedApp app, TestWorld world)
    {
        // What a dead process held is free: nobody else works on this store.
        world.Orchestrations.RemoveLostOwners(string.Empty, world.Clock.GetUtcNow(), static _ => true);
        var process = new AppProcess(world);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(app, process, started, ended)) { IsBackground = true, Name = "Function app under test" };
        thread.Start();
        try
        {
            await (await Task.WhenAny(started.Task, ended.Task).WaitAsync(world.Options.HangLimit).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TestHostException($"The app has not started within {world.Options.HangLimit} of real time.", world.Transcript);
        }
        catch (Exception exception)
        {
            process.Kill();
            throw new TestHostException($"The app did not start: {exception.Message}", world.Transcript, exception);
        }

        if (!started.Task.IsCompleted)
        {
            process.Kill();
            throw new TestHostException("The app's Main has ended without running a host.", world.Transcript);
        }

        process.Ended = ended.Task;
        WakeOnMessages(process);
        world.Transcript.Add("host", "app", string.Empty, "started");
        return process;
    }

    private static void Run(TestedApp app, AppProcess process, TaskCompletionSource started, TaskCompletionSource ended)
    {
        try
        {
            var start = app.Surroundings(process);
            AppStart.Current = start;
            using var observer = new HostBuildObserver(start, services => TestServices.Replace(services, process, app.Functions), OnBuilt).Subscribe();
            app.Main();
            ended.SetResult();
        }
        catch (Exception exception)
        {
            ended.SetException(exception);
        }

        void OnBuilt(IHost host)
        {
            process.Host = host;
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult());
        }
    }

    /// <summary>Listeners do not look for messages by the clock: the storage tells of each that can be received.</summary>
    private static void WakeOnMessages(AppProcess process)
    {
        var board = process.Host!.Services.GetRequiredService<WakeBoard>();
        var queues = process.Host.Services.GetRequiredService<ProbedQueueSource>();
        process.World.Queues.MessageVisible += Wake;
        queues.Listened.ToList().ForEach(queue => board.WakeAll(queue.Uri));
        process.Died.ContinueWith(_ => process.World.Queues.MessageVisible -= Wake, TaskScheduler.Default);

        void Wake(string account, string name)
        {
            foreach (var address in process.IsDead ? [] : queues.Addresses(account, name))
            {
                board.WakeAll(address);
            }
        }
    }
}
