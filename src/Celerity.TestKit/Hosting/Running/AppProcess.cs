using System.Collections.Concurrent;
using Celerity.LocalRuntime.Hosting;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>One life of the app, from a start to a crash or the end. What it is killed with stays: the world.</summary>
internal sealed class AppProcess
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<RunningCode, bool> _running = new();
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDead;

    public AppProcess(TestWorld world)
    {
        World = world;
        Gauge = new WorkGauge { Ended = NoteChange };
        Clock = new ProcessClock(world.Clock, Gauge);
    }

    public TestWorld World { get; }

    /// <summary>Gets what goes on: at zero, only time or a call from outside brings work.</summary>
    public WorkGauge Gauge { get; }

    public ProcessClock Clock { get; }

    public IHost? Host { get; set; }

    /// <summary>Gets or sets the task that ends when the app's <c>Main</c> does.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets what sends requests to the app's HTTP functions.</summary>
    public Func<HttpMessageInvoker>? Http { get; set; }

    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    public Task Died => _died.Task;

    /// <summary>Gets whether all that goes on waits on the clock.</summary>
    public bool OnlyWaitsOnClock => IsAllThatRuns(code => code.WaitsOnClock);

    /// <summary>Gets whether all that goes on waits on the clock, or has set itself a time limit.</summary>
    public bool MayOnlyWaitOnClock => IsAllThatRuns(code => code.MayWaitOnClock);

    public IEnumerable<string> Running => _running.Keys.Select(code => code.ToString()).Order(StringComparer.Ordinal);

    public void Begin(RunningCode code) => _running[code] = true;

    public void End(RunningCode code)
    {
        _running.TryRemove(code, out _);
        NoteChange();
    }

    /// <summary>Returns a task that ends when something that runs ends, or begins to wait on the clock. Take it before looking.</summary>
    public Task WhenChangedAsync() => _changed.Task;

    public void NoteChange() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Passes a point where a crash may be planned. After a crash the task never ends.</summary>
    public Task PassAsync(FaultPoint point, string name) => TryCrash(point, name) || IsDead ? NeverAsync() : Task.CompletedTask;

    /// <summary>Crashes if that is planned here.</summary>
    public bool TryCrash(FaultPoint point, string name)
    {
        if (IsDead || World.Faults.Take(FaultKind.Crash, point.ToString(), name) is null)
        {
            return false;
        }

        World.Transcript.Add("fault", name, string.Empty, $"crash at {point}");
        Kill();
        return true;
    }

    public void StopApplication() => Host!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    /// <summary>Ends this life at once: no timer fires, no request gets through, nothing is stored any more.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _isDead, 1) == 0)
        {
            Clock.Kill();
            _died.SetResult();
        }
    }

    /// <summary>A wait of the dead: what awaits it goes no further.</summary>
    public static Task NeverAsync() => new TaskCompletionSource().Task;

    private bool IsAllThatRuns(Func<RunningCode, bool> waits)
    {
        var running = _running.Keys.ToList();
        return running.Count > 0 && running.All(waits) && Gauge.Busy <= running.Sum(code => code.Holds);
    }
}
