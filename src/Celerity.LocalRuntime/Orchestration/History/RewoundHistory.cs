using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.History;

/// <summary>
/// The history of a failed execution without what made it fail: replayed, the orchestrator asks for the failed tasks again.
/// A failure that the orchestrator has dealt with stays, or what it asked for afterwards would no longer follow from its history.
/// What it asked for only because of a failure that goes, such as a compensation before it threw again, goes too.
/// </summary>
internal sealed class RewoundHistory
{
    private readonly IReadOnlyList<HistoryEvent> _history;
    private readonly HashSet<int> _open = [];
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

        UndoWhatFollowed();
        UndoWhatIsUnanswered();
    }

    /// <summary>Gets the sub-orchestrations that failed or have not answered: those that still can are kept as asked for.</summary>
    public IReadOnlyList<SubOrchestrationInstanceCreated> OpenChildren =>
        [.. _history.OfType<SubOrchestrationInstanceCreated>().Where(child => _open.Contains(child.Id))];

    public static RewoundHistory Of(IReadOnlyList<HistoryEvent> history) => new(history);

    /// <summary>Returns the events to go on from.</summary>
    /// <param name="answers">Whether a child will answer; one that will not is asked for again.</param>
    public List<HistoryEvent> Events(Func<SubOrchestrationInstanceCreated, bool> answers)
    {
        var kept = OpenChildren.Where(answers).Select(child => child.Id).ToHashSet();
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
    private bool IsTheEnd(ResultEvent failed, TaskFailureDetails failure)
    {
        var task = _history.OfType<ScheduledEvent>().First(asked => asked.Id == failed.TaskId);
        var message = new TaskFailedException(task.Name, task.Id, failure).Message;
        var end = _history.OfType<ExecutionCompleted>().LastOrDefault()?.Failure;
        while (end is not null && end.ErrorMessage != message)
        {
            end = end.InnerFailure;
        }

        return end is not null;
    }

    private void Undo(int index, int lastAsk)
    {
        var task = ((ResultEvent)_history[index]).TaskId;
        _open.Add(task);
        _undone.Add(task);

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

    // An orchestrator goes on only when something arrives: what it asked for in an episode came of what had arrived in that episode.
    private void UndoWhatFollowed()
    {
        List<HistoryEvent> arrived = [];
        foreach (var item in _history)
        {
            switch (item)
            {
                case OrchestratorStarted:
                    arrived.Clear();
                    break;
                case ScheduledEvent asked when arrived.Count > 0 && arrived.All(cause => cause is ResultEvent result && _undone.Contains(result.TaskId)):
                    _undone.Add(asked.Id);
                    break;
                case not (ScheduledEvent or OrchestratorCompleted or ExecutionCompleted):
                    arrived.Add(item);
                    break;
            }
        }
    }

    // An execution that was cut off, by a deployment that did not fit its history, has been deaf to what came afterwards.
    private void UndoWhatIsUnanswered()
    {
        var answered = _history.OfType<ResultEvent>().Select(result => result.TaskId).ToHashSet();
        foreach (var asked in _history.OfType<ScheduledEvent>().Where(asked => asked is not EventSent && !answered.Contains(asked.Id)))
        {
            _undone.Add(asked.Id);
            _open.Add(asked.Id);
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
