using Celerity.Runs;

namespace Celerity.Stages.Slices;

/// <summary>Cancels passes whose run was cancelled: asks every two seconds, so a short pass costs nothing.</summary>
internal sealed class RunWatch(RunGate gate, TimeProvider time)
{
    public Watched Begin(string run, int generation, CancellationToken cancellationToken) => new(gate, time, run, generation, cancellationToken);

    /// <summary>One pass that is watched.</summary>
    internal sealed class Watched : IAsyncDisposable
    {
        private readonly CancellationTokenSource _cancellation;
        private readonly PeriodicTimer _timer;
        private readonly Task _asking;

        public Watched(RunGate gate, TimeProvider time, string run, int generation, CancellationToken cancellationToken)
        {
            _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _timer = new PeriodicTimer(RunGate.Freshness, time);
            _asking = AskAsync(gate, run, generation);
        }

        public CancellationToken Token => _cancellation.Token;

        /// <summary>Gets whether the run was seen cancelled, or gone on to another generation.</summary>
        public bool IsRunClosed { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            await _asking.ConfigureAwait(false);
            _cancellation.Dispose();
        }

        private async Task AskAsync(RunGate gate, string run, int generation)
        {
            while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                try
                {
                    if (!await gate.IsOpenAsync(run, generation, Token).ConfigureAwait(false))
                    {
                        IsRunClosed = true;
                        await _cancellation.CancelAsync().ConfigureAwait(false);
                        return;
                    }
                }
                catch (Exception) when (!Token.IsCancellationRequested)
                {
                    // The storage does not answer: nothing is known, so the pass goes on, and the next tick asks again.
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
