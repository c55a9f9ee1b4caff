using System.Globalization;
using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Settings;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The <c>extensions.durableTask</c> section of host.json and what <c>LocalRuntime</c> adds, checked.</summary>
internal sealed partial record DurableSettings
{
    private const string Extension = "durableTask";
    private const string StoreKey = "LocalRuntime:DurableStore";
    private const string LeaseKey = "LocalRuntime:DurableLease";
    private const string DefaultHub = "TestHubName";
    private static readonly TimeSpan MinLease = TimeSpan.FromSeconds(1);

    public required string HubName { get; init; }

    public required EngineOptions Engine { get; init; }

    public required ClientRules Client { get; init; }

    /// <summary>Gets whether nothing is kept beyond the process.</summary>
    public required bool InMemory { get; init; }

    /// <summary>Gets how long a durable HTTP call waits between polls where the answer does not say.</summary>
    public required TimeSpan HttpPollInterval { get; init; }

    /// <summary>Gets which versions of orchestrations this app runs; <see langword="null"/> is all.</summary>
    public DurableTaskWorkerOptions.VersioningOptions? Versioning { get; init; }

    /// <exception cref="LocalStartException">A value cannot be used; the message names it.</exception>
    public static DurableSettings Read(HostConfiguration host, SettingTokens tokens, IConfiguration configuration)
    {
        var section = host.Extension(Extension);
        var hub = tokens.Resolve(section["hubName"] ?? DefaultHub, $"host.json: extensions.{Extension}.hubName");
        if (!HubNames().IsMatch(hub))
        {
            throw Invalid("hubName", hub, "3 to 45 letters and digits that begin with a letter");
        }

        var defaults = new EngineOptions();
        return new DurableSettings
        {
            HubName = hub,
            InMemory = ReadInMemory(configuration),
            HttpPollInterval = TimeSpan.FromMilliseconds(ReadCount(section, "httpSettings:defaultAsyncRequestSleepTimeMilliseconds", 30_000)),
            Versioning = ReadVersioning(section),
            Client = new ClientRules(
                section["defaultVersion"] ?? string.Empty,
                section.GetValue("throwStatusExceptionsOnRaiseEvent", true),
                ReadReplacesRunning(section)),
            Engine = defaults with
            {
                MaxConcurrentActivities = ReadCount(section, "maxConcurrentActivityFunctions", defaults.MaxConcurrentActivities),
                MaxConcurrentOrchestrators = ReadCount(section, "maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestrators),
                MaxConcurrentEntities = ReadCount(section, "maxConcurrentEntityFunctions", defaults.MaxConcurrentEntities),
                MaxEntityBatch = ReadCount(section, "maxEntityOperationBatchSize", defaults.MaxEntityBatch),
                RollsBackFailedOperations = ReadRollsBack(section, defaults.RollsBackFailedOperations),
                Lease = ReadLease(configuration, defaults.Lease),
            },
        };
    }

    private static bool ReadReplacesRunning(IConfigurationSection section) => section["overridableExistingInstanceStates"] switch
    {
        null => false,
        var text when text.Equals("NonRunningStates", StringComparison.OrdinalIgnoreCase) => false,
        var text when text.Equals("AnyState", StringComparison.OrdinalIgnoreCase) => true,
        var text => throw Invalid("overridableExistingInstanceStates", text, "\"NonRunningStates\" or \"AnyState\""),
    };

    private static bool ReadRollsBack(IConfigurationSection section, bool absent) => section["rollbackEntityOperationsOnExceptions"] switch
    {
        null => absent,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw Invalid("rollbackEntityOperationsOnExceptions", text, "true or false"),
    };

    private static DurableTaskWorkerOptions.VersioningOptions? ReadVersioning(IConfigurationSection section) => section["defaultVersion"] is not { } version
        ? null
        : new DurableTaskWorkerOptions.VersioningOptions
        {
            Version = version,
            DefaultVersion = version,
            MatchStrategy = ReadChoice(section, "versionMatchStrategy", DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder),
            FailureStrategy = ReadChoice(section, "versionFailureStrategy", DurableTaskWorkerOptions.VersionFailureStrategy.Reject),
        };

    private static T ReadChoice<T>(IConfigurationSection section, string key, T absent)
        where T : struct, Enum => section[key] is not { } text
            ? absent
            : Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
                ? value
                : throw Invalid(key, text, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    private static bool ReadInMemory(IConfiguration configuration) => configuration[StoreKey] switch
    {
        null or "file" => false,
        "memory" => true,
        var text => throw new LocalStartException($"{StoreKey} is \"{text}\"; it must be \"file\" or \"memory\"."),
    };

    private static TimeSpan ReadLease(IConfiguration configuration, TimeSpan absent) => configuration[LeaseKey] is not { } text
        ? absent
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lease) && lease >= MinLease
            ? lease
            : throw new LocalStartException($"{LeaseKey} is \"{text}\"; it must be a time \"hh:mm:ss\", at least {MinLease:c}.");

    private static int ReadCount(IConfigurationSection section, string key, int absent) => section[key] is not { } text
        ? absent
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw Invalid(key, text, "a whole number, at least 1");

    private static LocalStartException Invalid(string key, string found, string expected) =>
        new($"host.json: extensions.{Extension}.{key} is \"{found}\"; it must be {expected}. "
            + $"(Application settings override host.json: AzureFunctionsJobHost__extensions__{Extension}__{key}.)");

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNames();
}
