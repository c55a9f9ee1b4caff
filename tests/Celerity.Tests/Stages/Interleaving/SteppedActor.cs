using Celerity.TestKit.Faults;

namespace Celerity.Tests.Stages.Interleaving;

/// <summary>A flow of work that stops before each of its calls to storage, until it is told to go on or to die there.</summary>
internal sealed class SteppedActor
{
    private static readonly AsyncLocal<SteppedActor?> Current = new();
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly Task _body;
    private TaskCompletionSource _stopped = NewSource();
    private TaskCompletionSource _resumed = NewSource();
    private bool _killed;

    public SteppedActor(Func<Task> body) => _body = Task.Run(async () =>
    {
        Current.Value = this;
        try
        {
            await StopAsync();
            await body();
        }
        catch (ProcessKilledException) when (_killed)
        {
        }
        finally
        {
            IsDone = true;
            _stopped.SetResult();
        }
    });

    public bool IsDone { get; private set; }

    /// <summary>Stops the flow that calls, if it is an actor's.</summary>
    public static ValueTask BeforeCallAsync() => Current.Value is { } actor ? actor.StopAsync() : ValueTask.CompletedTask;

    /// <summary>Waits until the actor stands before its first call.</summary>
    public Task ReadyAsync() => WaitAsync(_stopped);

    /// <summary>Lets the actor make one call and go on to the next.</summary>
    public async Task StepAsync()
    {
        var stopped = _stopped = NewSource();
        var resumed = _resumed;
        _resumed = NewSource();
        resumed.SetResult();
        await WaitAsync(stopped);
    }

    /// <summary>Lets the actor make so many calls, or as many as it has left.</summary>
    /// <returns>How many it was.</returns>
    public async Task<int> StepAsync(int times)
    {
        var steps = 0;
        for (; steps < times && !IsDone; steps++)
        {
            await StepAsync();
        }

        return steps;
    }

    /// <summary>Lets the actor die where it stands: it makes no call any more.</summary>
    public async Task KillAsync()
    {
        _killed = true;
        while (!IsDone)
        {
            await StepAsync();
        }
    }

    private async Task WaitAsync(TaskCompletionSource stopped)
    {
        await stopped.Task.WaitAsync(HangLimit);
        if (IsDone)
        {
            await _body;
        }
    }

    private async ValueTask StopAsync()
    {
        if (!_killed)
        {
            var resumed = _resumed;
            _stopped.SetResult();
            await resumed.Task;
        }

        if (_killed)
        {
            throw new ProcessKilledException("killed by the schedule");
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
