using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.History;

/// <summary>
/// The history of a failed execution without what made it fail: replayed, the orchestrator asks for the failed tasks again.
/// A failure that the orchestrator has dealt with stays, or what it asked for afterwards would no longer follow from its history.
/// </summary>
internal sealed class RewoundHistory
{
    private readonly IReadOnlyList<HistoryEvent> _history;
    private readonly HashSet<int> _undone = [];

    private RewoundHistory(IReadOnlyList<HistoryEvent> history)
    {
        _history = history;
        var lastAsk = LastIndex(item => item is ScheduledEvent and not TimerCreated);
        for (var index = 0; index < history.Count; index++)
        {
            if (FailureOf(history[index]) is { } failure && (index > lastAsk || IsTheEnd((ResultEvent)history[index], failure)))
            {
                Undo(index, lastAsk);
            }
        }
    }

    /// <summary>Gets the failed sub-orchestrations: they are kept as asked for, and to be rewound themselves.</summary>
    public IReadOnlyList<SubOrchestrationInstanceCreated> FailedChildren =>
        [.. _history.OfType<SubOrchestrationInstanceCreated>().Where(child => _undone.Contains(child.Id))];

    public static RewoundHistory Of(IReadOnlyList<HistoryEvent> history) => new(history);

    /// <summary>Returns the events to go on from.</summary>
    /// <param name="isRewound">Whether a failed child runs on; one that does not is asked for again.</param>
    public List<HistoryEvent> Events(Func<SubOrchestrationInstanceCreated, bool> isRewound)
    {
        var kept = FailedChildren.Where(isRewound).Select(child => child.Id).ToHashSet();
        return
        [
            .. _history.Where(item => item switch
            {
                ExecutionCompleted => false,
                ScheduledEvent asked => !_undone.Contains(asked.Id) || kept.Contains(asked.Id),
                ResultEvent result => !_undone.Contains(result.TaskId),
                _ => true,
            }),
        ];
    }

    private static TaskFailureDetails? FailureOf(HistoryEvent item) => item switch
    {
        TaskFailed failed => failed.Failure,
        SubOrchestrationInstanceFailed failed => failed.Failure,
        _ => null,
    };

    // The execution ended in this very failure, whatever else it asked for in the meantime.
    private bool IsTheEnd(ResultEvent failed, TaskFailureDetails failure) =>
        _history.OfType<ScheduledEvent>().FirstOrDefault(asked => asked.Id == failed.TaskId) is { } task
        && _history.OfType<ExecutionCompleted>().LastOrDefault()?.Failure?.ErrorMessage == new TaskFailedException(task.Name, task.Id, failure).Message;

    private void Undo(int index, int lastAsk)
    {
        _undone.Add(((ResultEvent)_history[index]).TaskId);

        // Timers that followed from it: those after which nothing else was asked for, and the one without delay that ends retries.
        var now = _history.Take(index).OfType<OrchestratorStarted>().Last().At;
        var end = index + _history.Skip(index).TakeWhile(item => item is not OrchestratorCompleted).Count();
        for (var later = index + 1; later < _history.Count; later++)
        {
            if (_history[later] is TimerCreated timer && (later > lastAsk || (later < end && timer.FireAt == now)))
            {
                _undone.Add(timer.Id);
            }
        }
    }

    private int LastIndex(Func<HistoryEvent, bool> wanted)
    {
        var index = _history.Count - 1;
        while (index >= 0 && !wanted(_history[index]))
        {
            index--;
        }

        return index;
    }
}
