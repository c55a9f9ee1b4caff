namespace Celerity.Figures;

/// <summary>Counts the workers that are heard of, and finds those that have fallen silent: one request.</summary>
internal sealed class WorkerSampling(IWorkers workers, TimeProvider time)
{
    /// <summary>How many silent ones are told.</summary>
    public const int MaxTold = 50;

    /// <summary>For how long a lost worker counts as silent; after that it is gone.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(15);

    public async ValueTask<(int Alive, IReadOnlyList<WorkerFigure> Silent)> LookAsync(CancellationToken cancellationToken)
    {
        var all = await workers.ListAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return (
            all.Count(worker => worker.State is not (WorkerState.Lost or WorkerState.Stopped)),
            [
                .. all.Where(worker => worker.State == WorkerState.Lost && now - worker.SeenAt < SilentFor)
                    .Select(worker => new WorkerFigure(worker.Id, worker.Host, (now - worker.SeenAt).TotalSeconds))
                    .Take(MaxTold),
            ]);
    }
}
