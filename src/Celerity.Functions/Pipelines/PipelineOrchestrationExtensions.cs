using Celerity.Functions.Pipelines;
using Celerity.Stages;
using Celerity.Stages.Outputs.Merging;
using Celerity.Stages.Planning;
using Microsoft.DurableTask;

namespace Celerity;

/// <summary>What a pipeline's orchestrator can do.</summary>
public static class PipelineOrchestrationExtensions
{
    /// <summary>Runs a stage over a dataset: plans its chunks, has them processed on the queue, and combines their partial results.</summary>
    /// <typeparam name="TStage">The stage, registered by <c>AddStage&lt;TStage&gt;()</c>.</typeparam>
    /// <typeparam name="TResult">Its result type.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="source">The dataset.</param>
    /// <param name="tolerance">How much may go wrong; <see langword="null"/> for <see cref="Tolerance.Default"/>.</param>
    /// <returns>The result and what was counted.</returns>
    /// <exception cref="StageFailedException">The dataset cannot be read (CEL0303 to CEL0310), the tolerance was exceeded (CEL0311), or the run was cancelled (CEL0312).</exception>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static async Task<StageResult<TResult>> RunStageAsync<TStage, TResult>(
        this TaskOrchestrationContext context, DatasetSource source, Tolerance? tolerance = null)
    {
        var end = (await RunAsync(context, typeof(TStage), source, tolerance).ConfigureAwait(true)).End!;
        return new StageResult<TResult>(CelerityJson.Read<TResult>(end.Result), end.Records, end.Rejected, end.FailedChunks);
    }

    /// <summary>Runs a stage that writes records over a dataset: plans its chunks, has them processed on the queue, and lists what they wrote.</summary>
    /// <typeparam name="TTransform">The stage, a class that implements <see cref="ITransform{TRecord}"/>.</typeparam>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="source">The dataset.</param>
    /// <param name="tolerance">How much may go wrong; <see langword="null"/> for <see cref="Tolerance.Default"/>.</param>
    /// <returns>What was written, as a dataset for the next stage, and what was counted.</returns>
    /// <exception cref="StageFailedException">As above, or the stage was deployed anew with other columns while it ran (CEL0333).</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TTransform"/> writes no records.</exception>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static async Task<TransformResult> RunStageAsync<TTransform>(
        this TaskOrchestrationContext context, DatasetSource source, Tolerance? tolerance = null)
    {
        if (!typeof(TTransform).GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ITransform<>)))
        {
            throw new ArgumentException($"{typeof(TTransform)} does not implement {typeof(ITransform<>)}. Run a stage that has a result by RunStageAsync<TStage, TResult>.");
        }

        var (end, _, written) = await RunAsync(context, typeof(TTransform), source, tolerance).ConfigureAwait(true);
        return new TransformResult(
            new DatasetSource { Output = written!.Output, Format = written.Format },
            new DatasetSource { Output = written.Rejects, Format = DatasetFormat.Ndjson },
            CelerityJson.Read<long>(end!.Result),
            end.Records,
            end.Rejected,
            end.FailedChunks);
    }

    /// <summary>Makes one blob of what a stage wrote, or rejected: in chunk order, of CSV with its header once, of Parquet with row groups of some 100,000 rows.</summary>
    /// <param name="context">The pipeline's context.</param>
    /// <param name="output"><see cref="TransformResult.Output"/> or <see cref="TransformResult.Rejects"/>.</param>
    /// <param name="container">The container, which must be there.</param>
    /// <param name="blob">The blob's name. One that is there is written over only where this run wrote it.</param>
    /// <returns>The file. It becomes visible whole, when all is written.</returns>
    /// <exception cref="StageFailedException">
    /// The container or the output is not there (CEL0303, CEL0332), a blob of others is (CEL0334), it would be too large (CEL0335), a name is none (CEL0308), or the run was
    /// cancelled (CEL0312).
    /// </exception>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static async Task<MergedFile> MergeAsync(this TaskOrchestrationContext context, DatasetSource output, string container, string blob)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(blob);
        var (run, generation) = RunInstance.Of(context);
        var request = new MergeRequest(run, generation, output.Output ?? "", container, blob);
        var json = await context.CallSubOrchestratorAsync<string>(Functions.FunctionNames.Merge, CelerityJson.Write(new MergeProgress(request))).ConfigureAwait(true);
        var outcome = CelerityJson.Read<MergeOutcome>(json);
        return outcome.Fault is { } fault ? throw new StageFailedException(fault.Code, fault.Message) : outcome.End!;
    }

    /// <summary>Tells which run a pipeline's orchestration is of: to name what it makes.</summary>
    /// <param name="context">The pipeline's context.</param>
    /// <returns>The run's id, the same in all its generations.</returns>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static string GetRunId(this TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RunInstance.Of(context).Run;
    }

    private static async Task<StageOutcome> RunAsync(TaskOrchestrationContext context, Type stage, DatasetSource source, Tolerance? tolerance)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(source);
        var key = RunInstance.NextStage(context);
        var request = new PlanRequest(key, StageRegistry.NameOf(stage), source, tolerance ?? Tolerance.Default, Cursor: null);
        var json = await context.CallSubOrchestratorAsync<string>(
            Functions.FunctionNames.Stage,
            CelerityJson.Write(StageProgress.Begin(request)),
            new SubOrchestrationOptions(instanceId: key.ToString())).ConfigureAwait(true);
        var outcome = CelerityJson.Read<StageOutcome>(json);
        return outcome.Fault is { } fault ? throw new StageFailedException(fault.Code, fault.Message) : outcome;
    }
}
