using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>Operations of one entity that run one after the other. One that throws has no effect, and the next one runs.</summary>
internal sealed class EntityBatch(
    EntityInstanceId id,
    string? state,
    IReadOnlyList<OperationRequested> operations,
    DataConverter converter,
    TimeProvider time,
    bool keepsEffectsOfFailure,
    CancellationToken cancellationToken)
{
    private readonly List<EntityAnswer> _answers = [];

    public IExceptionPropertiesProvider? ExceptionProperties { get; init; }

    public EntityInstanceId Id => id;

    public IReadOnlyList<OperationRequested> Operations => operations;

    /// <summary>Gets a value indicating whether <see cref="RunAsync"/> was called.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Gets the state after the operations that have run.</summary>
    public BatchState State { get; private set; } = new(state, converter);

    /// <summary>Gets what the operations have sent.</summary>
    public BatchContext Context { get; private set; } = new(id, converter, time);

    /// <summary>Gets an answer for each operation that has run.</summary>
    public IReadOnlyList<EntityAnswer> Answers => _answers;

    /// <summary>Runs all operations; a second call runs them again, from the state before the first.</summary>
    public async Task RunAsync(Func<TaskEntityOperation, ValueTask<object?>> entity)
    {
        Begin();
        foreach (var operation in operations)
        {
            var (before, signals, instances) = (State.Text, Context.Signals.Count, Context.Instances.Count);
            try
            {
                var result = await entity(new BatchOperation(operation, Context, State, converter, keepsEffectsOfFailure)).ConfigureAwait(false);
                _answers.Add(new EntityAnswer(converter.Serialize(result)));
            }
#pragma warning disable CA1031 // Whatever an operation throws is its answer, unless the host is stopping it.
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _answers.Add(new EntityAnswer(Failure: TaskFailureDetails.FromException(exception, ExceptionProperties)));
                if (!keepsEffectsOfFailure)
                {
                    State.Text = before;
                    Context.RollBack(signals, instances);
                }
            }
        }
    }

    /// <summary>Fails all operations, those that have run too: the batch has no effect but these answers.</summary>
    public void Fail(Exception exception) => Fail(TaskFailureDetails.FromException(exception, ExceptionProperties));

    /// <summary>Fails all operations, those that have run too: the batch has no effect but these answers.</summary>
    public void Fail(TaskFailureDetails failure)
    {
        Begin();
        _answers.AddRange(operations.Select(_ => new EntityAnswer(Failure: failure)));
    }

    private void Begin()
    {
        HasRun = true;
        _answers.Clear();
        State = new BatchState(state, converter);
        Context = new BatchContext(id, converter, time);
    }
}
