using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>What of an orchestrator's run the worker decides.</summary>
internal sealed record EpisodeRules
{
    public static readonly EpisodeRules Default = new();

    /// <summary>Gets how payloads are read and written; <see langword="null"/> is the hub's way.</summary>
    public DataConverter? Converter { get; init; }

    /// <summary>Gets the longest single timer; a longer one is made of several, each a pair of history events.</summary>
    public TimeSpan LongestTimer { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Gets the version of sub-orchestrations that are called without one; without it, they have their caller's.</summary>
    public string? SubOrchestrationVersion { get; init; }

    /// <summary>Gets how long a durable HTTP call waits between polls where the answer does not say.</summary>
    public TimeSpan HttpPollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets whether orchestrators may work with entities.</summary>
    public bool HasEntities { get; init; } = true;

    public IExceptionPropertiesProvider? ExceptionProperties { get; init; }
}
