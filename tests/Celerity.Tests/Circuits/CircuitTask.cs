using Celerity.Tests.Tasks;

namespace Celerity.Tests.Circuits;

/// <summary>A task that needs what may be down.</summary>
[CelerityTask("test.geocode", MaxAttempts = 10, BackoffSeconds = 1, MaxBackoffSeconds = 1, TimeLimitSeconds = 60, Circuit = "geocoder")]
public sealed record CircuitTask(string Text);

/// <summary>The same, with a rate limit.</summary>
[CelerityTask("test.limited", MaxAttempts = 10, BackoffSeconds = 1, Circuit = "Geocoder", RateLimit = "10/s")]
public sealed record LimitedCircuitTask(string Text);

/// <summary>Runs both.</summary>
public sealed class CircuitHandler(EchoScript script) : ITaskHandler<CircuitTask>, ITaskHandler<LimitedCircuitTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(CircuitTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(LimitedCircuitTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);
}
