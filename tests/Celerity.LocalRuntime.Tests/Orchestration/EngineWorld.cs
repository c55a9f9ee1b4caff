using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>An engine over a store, with a clock that jumps to the next due time whenever nothing goes on.</summary>
internal sealed class EngineWorld : IAsyncDisposable
{
    public static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly OrchestrationHub _hub;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EngineWorld(IOrchestrationStore store, ITaskCode code, TimeProvider? time = null, EngineOptions? options = null, ILoggerFactory? loggers = null)
    {
        _time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _hub = new OrchestrationHub("Test", store, JsonDataConverter.Default, new KillableTime(_time));
        Engine = new OrchestrationEngine(_hub, code, options ?? new EngineOptions(), loggers ?? NullLoggerFactory.Instance);
        Client = new LocalDurableTaskClient(_hub, new ClientRules());
        Engine.Start();
    }

    public FakeTimeProvider Time => (FakeTimeProvider)_time;

    public OrchestrationEngine Engine { get; }

    public LocalDurableTaskClient Client { get; }

    public IOrchestrationStore Store => _hub.Store;

    /// <summary>Runs an instance in a process that its store kills.</summary>
    /// <returns>Whether it ended before the fatal call came.</returns>
    public static async Task<bool> RunUntilDeathAsync(string instanceId, MortalStore store, ITaskCode code, FakeTimeProvider time)
    {
        EngineWorld world;
        try
        {
            world = new EngineWorld(store, code, time);
        }
        catch (ProcessKilledException)
        {
            return false;
        }

        // Once it is dead, the rest of the process waits in vain or fails: only its store counts.
        var run = world.RunToEndAsync(instanceId);
        await Task.WhenAny(store.Died, run).WaitAsync(HangLimit);
        world.Kill();
        await Task.WhenAny(run).WaitAsync(HangLimit);
        return !store.Died.IsCompleted;
    }

    public Task SettleAsync() => Engine.Gauge.WhenIdleAsync().WaitAsync(HangLimit);

    /// <summary>Lets virtual time pass until the instance has ended.</summary>
    public async Task<OrchestrationMetadata> RunToEndAsync(string instanceId)
    {
        while (true)
        {
            // A killed world no longer moves a clock that it shares with its successor.
            await Task.WhenAny(SettleAsync(), _killed.Task);
            ObjectDisposedException.ThrowIf(_killed.Task.IsCompleted, this);
            if (await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true) is { IsCompleted: true } ended)
            {
                return ended;
            }

            Time.SetUtcNow(Store.NextDueAt(Time.GetUtcNow()) ?? throw new InvalidOperationException($"'{instanceId}' waits for nothing that time brings."));
        }
    }

    public async Task<OrchestrationMetadata> StartAndRunAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null) =>
        await RunToEndAsync(await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options));

    public async Task<string> StartAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        await SettleAsync();
        return id;
    }

    /// <summary>Leaves the engine as a killed process does: nothing is given back.</summary>
    public void Kill()
    {
        _killed.TrySetResult();
        Engine.Dispose();
        _hub.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_killed.Task.IsCompleted)
        {
            await Engine.StopAsync(CancellationToken.None).WaitAsync(HangLimit);
            Kill();
        }
    }
}
