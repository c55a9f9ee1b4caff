using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.TestKit.Hosting;

/// <summary>How an app is started in a test.</summary>
public sealed class FunctionTestHostOptions
{
    private readonly List<Action<IServiceCollection>> _services = [];

    /// <summary>Gets app settings, over those of local.settings.json and the environment. <c>__</c> and <c>:</c> both stand for a level.</summary>
    /// <remarks>Settings of host.json are given as <c>AzureFunctionsJobHost__extensions__queues__visibilityTimeout</c> and the like.</remarks>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the folder of host.json and local.settings.json.</summary>
    /// <value>The default, <see langword="null"/>, is the folder of the app's assembly.</value>
    public string? AppFolder { get; set; }

    /// <summary>Gets or sets the arguments of the app's <c>Main</c>. The default is none.</summary>
    public IReadOnlyList<string> Arguments { get; set; } = [];

    /// <summary>Gets or sets the environment's name. The default is <c>Development</c>, as under <c>func start</c>.</summary>
    public string EnvironmentName { get; set; } = "Development";

    /// <summary>Gets the types whose functions are run; all of the app's assembly and libraries when empty.</summary>
    public IList<Type> FunctionTypes { get; } = [];

    /// <summary>Gets or sets the virtual time of the start. The default is 2030-01-01 00:00 UTC, a Tuesday.</summary>
    public DateTimeOffset StartsAt { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Gets or sets a connection string of a storage emulator to use instead of storage in memory.</summary>
    /// <value>The default, <see langword="null"/>, is storage in memory. An emulator's visibility timeouts pass in real time, whatever the virtual clock says.</value>
    public string? ConnectionString { get; set; }

    /// <summary>Gets the app settings, such as <c>AzureWebJobsStorage</c>, that become connection strings of the storage in memory, served on a loopback port.</summary>
    /// <remarks>For clients that the app's code makes for itself. Those retry failed requests in real time, as they do anywhere.</remarks>
    public IList<string> ServedConnections { get; } = [];

    /// <summary>Gets or sets how long, in real time, the app may work without a pause before a call of the host gives up and says what runs.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan HangLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long, in real time, code that has set itself a time limit (<see cref="CancellationTokenSource"/>) or a timer that ticks (<see cref="PeriodicTimer"/>) must have done nothing the host
    /// knows of before the clock moves on, so that it can strike. Waits such as <c>Task.Delay</c> need no patience.
    /// </summary>
    /// <value>The default is 250 milliseconds.</value>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets the level from which the app's log events are in the transcript. The default is <see cref="LogLevel.Warning"/>.</summary>
    public LogLevel TranscriptLogLevel { get; set; } = LogLevel.Warning;

    /// <summary>Gets or sets what is given each line of the transcript at once, such as a test's output helper.</summary>
    public Action<string>? Output { get; set; }

    /// <summary>Changes the app's services after its own set-up: what is registered here replaces what the app registered.</summary>
    /// <param name="configure">Changes them. It is called again for each process that starts after a crash.</param>
    /// <returns>These options.</returns>
    public FunctionTestHostOptions ConfigureServices(Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _services.Add(configure);
        return this;
    }

    /// <summary>Adds an app setting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These options.</returns>
    public FunctionTestHostOptions Set(string name, string? value)
    {
        Settings[name] = value;
        return this;
    }

    internal void Apply(IServiceCollection services) => _services.ForEach(configure => configure(services));
}
