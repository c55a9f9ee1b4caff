using System.Globalization;
using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The <c>extensions.durableTask</c> section of host.json and what <c>LocalRuntime</c> adds, checked.</summary>
internal sealed partial record DurableSettings
{
    private const string SectionName = "AzureFunctionsJobHost:extensions:durableTask";
    private const string FolderKey = "LocalRuntime:StateFolder";
    private const string StoreKey = "LocalRuntime:DurableStore";
    private const string LeaseKey = "LocalRuntime:DurableLease";
    private const string DefaultHub = "TestHubName";
    private static readonly TimeSpan MinLease = TimeSpan.FromSeconds(1);

    public required string HubName { get; init; }

    public required EngineOptions Engine { get; init; }

    /// <summary>Gets the folder of the hub's file, or <see langword="null"/> to keep everything in memory.</summary>
    public required string? StateFolder { get; init; }

    /// <exception cref="InvalidOperationException">A value cannot be used; the message names it.</exception>
    public static DurableSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        var hub = section["hubName"] ?? DefaultHub;
        if (!HubNames().IsMatch(hub))
        {
            throw Invalid("hubName", hub, "3 to 45 letters and digits that begin with a letter");
        }

        var defaults = new EngineOptions();
        return new DurableSettings
        {
            HubName = hub,
            StateFolder = ReadFolder(configuration),
            Engine = defaults with
            {
                MaxConcurrentActivities = ReadCount(section, "maxConcurrentActivityFunctions", defaults.MaxConcurrentActivities),
                MaxConcurrentOrchestrators = ReadCount(section, "maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestrators),
                Lease = ReadLease(configuration, defaults.Lease),
            },
        };
    }

    private static string? ReadFolder(IConfiguration configuration) => configuration[StoreKey] switch
    {
        null or "file" => configuration[FolderKey] ?? ".celerity",
        "memory" => null,
        var text => throw new InvalidOperationException($"{StoreKey} is \"{text}\"; it must be \"file\" or \"memory\"."),
    };

    private static TimeSpan ReadLease(IConfiguration configuration, TimeSpan absent) => configuration[LeaseKey] is not { } text
        ? absent
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lease) && lease >= MinLease
            ? lease
            : throw new InvalidOperationException($"{LeaseKey} is \"{text}\"; it must be a time \"hh:mm:ss\", at least {MinLease:c}.");

    private static int ReadCount(IConfigurationSection section, string key, int absent) => section[key] is not { } text
        ? absent
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw Invalid(key, text, "a whole number, at least 1");

    private static InvalidOperationException Invalid(string key, string found, string expected) =>
        new($"host.json: extensions.durableTask.{key} is \"{found}\"; it must be {expected}. "
            + $"(Application settings override host.json: AzureFunctionsJobHost__extensions__durableTask__{key}.)");

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNames();
}
