using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Tasks;

/// <summary>A task's end as a pass wants it stored.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Row">The ended row.</param>
/// <param name="Duration">How long the attempt ran that led to it; <see langword="null"/> where none ran.</param>
internal readonly record struct TaskEnd(TaskPass Pass, ControlRow Row, TimeSpan? Duration);

/// <summary>The ends of one delivery's tasks, stored together: as soon as a transaction is full, or the first has waited long enough.</summary>
internal sealed class TaskEnds(TaskSettlement settlement, TimeProvider time)
{
    /// <summary>How long an end may wait for others.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private List<TaskEnd> _ends = [];
    private DateTimeOffset _since;

    /// <summary>Adds one; stores all where it is time to.</summary>
    public ValueTask AddAsync(TaskEnd end, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<TaskEnd> full;
        lock (_gate)
        {
            _since = _ends.Count == 0 ? now : _since;
            _ends.Add(end);
            if (_ends.Count < TableLimits.BatchRows && now - _since < LongestWait)
            {
                return ValueTask.CompletedTask;
            }

            // Taken before a neighbour adds one more, which would be a transaction of its own.
            (full, _ends) = (_ends, []);
        }

        return settlement.EndAllAsync(full, cancellationToken);
    }

    /// <summary>Stores what there is.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        List<TaskEnd> ends;
        lock (_gate)
        {
            (ends, _ends) = (_ends, []);
        }

        if (ends.Count > 0)
        {
            await settlement.EndAllAsync(ends, cancellationToken).ConfigureAwait(false);
        }
    }
}
