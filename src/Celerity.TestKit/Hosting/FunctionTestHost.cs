using Celerity.LocalRuntime.Durable;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Running;
using Celerity.TestKit.Hosting.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Hosting;

/// <summary>
/// A function app in the test's own process: its set-up, triggers, orchestrations and HTTP functions, on storage in memory and a clock that
/// stands still until the test moves it. Hosts side by side share nothing. Not safe for concurrent calls that move the clock.
/// </summary>
/// <remarks>
/// Methods that wait do so for work, never for time: a wait that does not end within <see cref="FunctionTestHostOptions.HangLimit"/> throws a
/// <see cref="TestHostException"/>, which says what still runs and what happened so far.
/// </remarks>
public sealed class FunctionTestHost : IAsyncDisposable
{
    internal const string Address = "http://localhost";

    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(366);

    private readonly HostDriver _driver;

    private FunctionTestHost(HostDriver driver)
    {
        _driver = driver;
        Storage = new TestStorage(driver);
        Queues = new TestQueues(driver, Storage);
        Http = new HttpClient(new AppHttpHandler(driver)) { BaseAddress = new Uri(Address), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Gets a client of the app's HTTP functions; paths begin with the route prefix, such as <c>/api/orders</c>.</summary>
    public HttpClient Http { get; }

    /// <summary>Gets the queues of the app's storage account.</summary>
    public TestQueues Queues { get; }

    /// <summary>Gets the app's storage account.</summary>
    public TestStorage Storage { get; }

    /// <summary>Gets the faults that are to strike the app.</summary>
    public HostFaults Faults => _driver.World.Faults;

    /// <summary>Gets what happened so far.</summary>
    public Transcript Transcript => _driver.World.Transcript;

    /// <summary>Gets the clock that the app has as its <see cref="TimeProvider"/>.</summary>
    public TimeProvider Time => _driver.World.Clock;

    /// <summary>Gets the virtual time.</summary>
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Gets the services of the app's process; those of a new process after a crash.</summary>
    public IServiceProvider Services => _driver.CurrentAsync().GetAwaiter().GetResult().Host!.Services;

    /// <summary>Gets a client of the app's task hub, of its process; after a crash, ask for it again.</summary>
    public DurableTaskClient Durable => Orchestrations.Client;

    /// <summary>Gets what is known of orchestrations beyond the client: the length and kinds of a history, exports for replay tests.</summary>
    public LocalOrchestrations Orchestrations => Services.GetRequiredService<LocalOrchestrations>();

    /// <summary>Starts the app whose assembly has <typeparamref name="TApp"/>, by its own <c>Main</c> or top-level statements.</summary>
    /// <typeparam name="TApp">Its <c>Program</c>, or any type of that assembly.</typeparam>
    /// <param name="configure">Changes how it is started.</param>
    /// <returns>The host, whose app has started.</returns>
    /// <exception cref="TestHostException">The app did not start.</exception>
    /// <exception cref="InvalidOperationException">The assembly has no entry point.</exception>
    public static Task<FunctionTestHost> StartAsync<TApp>(Action<FunctionTestHostOptions>? configure = null)
    {
        var options = Options(configure);
        return StartAsync(options, TestedApp.WithEntryPoint(options, typeof(TApp).Assembly));
    }

    /// <summary>Starts an app that the test sets up, for functions without a program of their own.</summary>
    /// <param name="setUp">Sets the app up, as its <c>Program</c> would. Functions are those of the assembly that this delegate is in.</param>
    /// <param name="configure">Changes how it is started.</param>
    /// <returns>The host, whose app has started.</returns>
    /// <exception cref="TestHostException">The app did not start.</exception>
    public static Task<FunctionTestHost> StartAsync(Action<FunctionsApplicationBuilder> setUp, Action<FunctionTestHostOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(setUp);
        var options = Options(configure);
        return StartAsync(options, TestedApp.FromSetUp(options, setUp));
    }

    /// <summary>Returns when all that is due now is done: no message can be received, nothing runs but what waits on the clock.</summary>
    /// <param name="untilNothingIsScheduled">
    /// Whether the clock is moved as well, until no message is hidden, no orchestration has a timer and nothing waits. Timer functions run
    /// meanwhile, but are not waited for.
    /// </param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="TestHostException">Something does not come to rest.</exception>
    public Task RunUntilIdleAsync(bool untilNothingIsScheduled = false) => Task.Run(() => untilNothingIsScheduled
        ? _driver.MoveUntilAsync(process => Task.FromResult(!IsAnythingScheduled(process)), DefaultSpan, "The app")
        : _driver.SettleAsync());

    /// <summary>Lets virtual time pass, from one due time to the next: at each, all work settles before the clock moves on.</summary>
    /// <param name="time">How long.</param>
    /// <returns>A task that ends when all that was due by then is done.</returns>
    /// <exception cref="TestHostException">Something does not come to rest.</exception>
    public Task AdvanceAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return AdvanceToAsync(Now + time);
    }

    /// <summary>Lets virtual time pass until an instant.</summary>
    /// <param name="instant">The instant; the clock does not go back.</param>
    /// <returns>A task that ends when all that was due by then is done.</returns>
    /// <exception cref="TestHostException">Something does not come to rest.</exception>
    public Task AdvanceToAsync(DateTimeOffset instant) => Task.Run(async () =>
    {
        await _driver.SettleAsync().ConfigureAwait(false);
        Transcript.Add("clock", "time", string.Empty, $"passes until {instant:u}");
        await _driver.MoveToAsync(instant).ConfigureAwait(false);
    });

    /// <summary>Lets virtual time pass, as far as needed, until an orchestration has ended.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="within">How much virtual time it may take; 366 days by default.</param>
    /// <returns>The ended instance, with its input and output.</returns>
    /// <exception cref="TestHostException">It does not exist, waits for something that time does not bring, or takes longer.</exception>
    public Task<OrchestrationMetadata> RunToCompletionAsync(string instanceId, TimeSpan? within = null) => Task.Run(async () =>
    {
        OrchestrationMetadata? found = null;
        await _driver.MoveUntilAsync(
            async process =>
            {
                found = await process.Host!.Services.GetRequiredService<LocalOrchestrations>().Client
                    .GetInstanceAsync(instanceId, getInputsAndOutputs: true).ConfigureAwait(false)
                    ?? throw new TestHostException($"There is no orchestration '{instanceId}'.", Transcript);
                return found.IsCompleted;
            },
            within ?? DefaultSpan,
            $"Orchestration '{instanceId}'").ConfigureAwait(false);
        return found!;
    });

    /// <summary>Crashes the app's process now and starts a new one on the same storage and orchestrations: no code of the old one gets any further.</summary>
    /// <returns>A task that ends when the new process has started.</returns>
    /// <exception cref="TestHostException">The app did not start again.</exception>
    public async Task CrashAsync()
    {
        var process = await _driver.CurrentAsync().ConfigureAwait(false);
        Transcript.Add("host", "app", string.Empty, "crashes");
        process.Kill();
        await _driver.CurrentAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the app and forgets its storage. What still runs is dropped.</summary>
    /// <returns>A task that ends when it has stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _driver.StopAsync().ConfigureAwait(false);
        await _driver.World.DisposeAsync().ConfigureAwait(false);
    }

    private static FunctionTestHostOptions Options(Action<FunctionTestHostOptions>? configure)
    {
        var options = new FunctionTestHostOptions();
        configure?.Invoke(options);
        return options;
    }

    internal static async Task<FunctionTestHost> StartAsync(FunctionTestHostOptions options, TestedApp app)
    {
        var world = new TestWorld(options);
        var driver = new HostDriver(world, app);
        try
        {
            world.Server = options.ServedConnections.Count > 0 ? await StorageServer.StartAsync(world).ConfigureAwait(false) : null;
            await driver.CurrentAsync().ConfigureAwait(false);
            return new FunctionTestHost(driver);
        }
        catch
        {
            await world.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private bool IsAnythingScheduled(AppProcess process) =>
        _driver.World.Queues.NextVisibleAt is not null || process.Running.Any() || _driver.World.Orchestrations.NextDueAt(Now) is not null;
}
