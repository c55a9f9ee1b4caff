using Polly;
using Polly.CircuitBreaker;

namespace Celerity.Circuits;

/// <summary>What this process has seen of a circuit since it was closed: attempts counted by Polly's circuit breaker, which tells when it must open.</summary>
/// <remarks>Polly decides that it opens; from then on the board decides, and the next time that it is closed it is counted anew.</remarks>
internal sealed class LocalBreaker
{
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<bool> _pipeline;
    private int _isReporting;

    public LocalBreaker(int opening, CircuitOptions options, TimeProvider time)
    {
        Opening = opening;
        _pipeline = new ResiliencePipelineBuilder<bool> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<bool>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result),
                StateProvider = _state,
            })
            .Build();
    }

    /// <summary>Gets the opening of the circuit that it counts after.</summary>
    public int Opening { get; }

    /// <summary>Counts an attempt.</summary>
    /// <returns>Whether the circuit must open, or was to and could not be reported yet.</returns>
    public async ValueTask<bool> CountAsync(bool hasFailed)
    {
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        _ = await _pipeline.ExecuteOutcomeAsync(static (_, failed) => Outcome.FromResultAsValueTask(failed), context, hasFailed).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        return _state.CircuitState == Polly.CircuitBreaker.CircuitState.Open;
    }

    /// <summary>Reports that the circuit must open, unless another attempt is just doing so. Where that fails, the next attempt tries again.</summary>
    public async ValueTask ReportAsync(Func<ValueTask> report)
    {
        if (Interlocked.Exchange(ref _isReporting, 1) == 1)
        {
            return;
        }

        try
        {
            await report().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isReporting, 0);
        }
    }
}
