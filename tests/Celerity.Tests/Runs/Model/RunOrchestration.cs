using System.Globalization;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Model;

/// <summary>An orchestration of one generation: the activities of a run with one stage after another over one dataset, each made again where its process died.</summary>
internal sealed class RunOrchestration(RunRecord run, int stages)
{
    private static readonly Tolerance All = new() { FailedChunkShare = 1, RejectedRecordShare = 1 };

    private int _stage = 1;
    private Step _step;
    private StagePlan? _plan;
    private StageFault? _fault;
    private WatchState _watch = WatchState.Start;

    private enum Step
    {
        Begin,
        Plan,
        Publish,
        Watch,
        Combine,
        Finish,
        Ended,
    }

    public string Run => run.Id;

    public int Generation => run.Generation;

    public bool IsWatching => _step == Step.Watch;

    public bool HasEnded => _step == Step.Ended;

    /// <summary>Gets whether its last step was held, or has found that it is to wait.</summary>
    public bool Waits { get; private set; }

    /// <summary>Gets what the stages came to, one after the other.</summary>
    public string Result { get; private set; } = "";

    private StageKey Key => new(Run, Generation, _stage);

    public RunOrchestration Copy() => (RunOrchestration)MemberwiseClone();

    public void Wake() => Waits = false;

    /// <summary>Makes the next activity.</summary>
    public async Task StepAsync(IServiceProvider services)
    {
        Waits = false;
        (_step, Waits) = _step switch
        {
            Step.Begin => await BeginAsync(services).ConfigureAwait(false),
            Step.Plan => await PlanAsync(services).ConfigureAwait(false),
            Step.Publish => await PublishAsync(services).ConfigureAwait(false),
            Step.Watch => await WatchAsync(services).ConfigureAwait(false),
            Step.Combine => await CombineAsync(services).ConfigureAwait(false),
            _ => await FinishAsync(services).ConfigureAwait(false),
        };
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"{Run} {Generation} {_stage} {_step} {Waits} {_fault?.Code} {_plan?.Layout} {_plan?.IsComplete} {Result} {CelerityJson.Write(_watch)}");

    private async Task<(Step Next, bool Waits)> BeginAsync(IServiceProvider services)
    {
        if (!await services.GetRequiredService<RunLifecycle>().TryBeginAsync(Run, Generation, CancellationToken.None).ConfigureAwait(false))
        {
            return Failed(StageFault.Cancelled);
        }

        return (stages > 0 ? Step.Plan : Step.Finish, false);
    }

    private async Task<(Step Next, bool Waits)> PlanAsync(IServiceProvider services)
    {
        if (await AskAsync(services).ConfigureAwait(false) is { } turn)
        {
            return turn;
        }

        // Stages before the last are one chunk.
        var source = StageBench.Source(chunkSize: _stage < stages ? 2 : 1) with { Blob = CelerityJson.Read<string>(run.Request) };
        var request = new PlanRequest(Key, nameof(SumStage), source, All, Cursor: null);
        var step = await services.GetRequiredService<StagePlanner>().StepAsync(request, CancellationToken.None).ConfigureAwait(false);
        _plan = step.Plan;
        return step.Fault is { } fault ? Failed(fault) : (_plan!.IsComplete ? Step.Combine : Step.Publish, false);
    }

    private async Task<(Step Next, bool Waits)> PublishAsync(IServiceProvider services)
    {
        if (await AskAsync(services).ConfigureAwait(false) is { } turn)
        {
            return turn;
        }

        await services.GetRequiredService<SlicePublisher>().PublishWindowAsync(_plan!, CancellationToken.None).ConfigureAwait(false);
        return (Step.Watch, false);
    }

    private async Task<(Step Next, bool Waits)> WatchAsync(IServiceProvider services)
    {
        var step = await services.GetRequiredService<StageWatch>().StepAsync(new WatchRequest(_plan!, _watch, ByEvent: false), CancellationToken.None).ConfigureAwait(false);
        _watch = step.State;
        return step.Found switch
        {
            WatchFinding.Complete => (Step.Combine, false),
            WatchFinding.Cancelled => Failed(StageFault.Cancelled),
            _ => (Step.Watch, true),
        };
    }

    private async Task<(Step Next, bool Waits)> CombineAsync(IServiceProvider services)
    {
        if (await AskAsync(services).ConfigureAwait(false) is { } turn)
        {
            return turn;
        }

        var step = await services.GetRequiredService<StageCombiner>().StepAsync(new CombineRequest(_plan!, 0, null), CancellationToken.None).ConfigureAwait(false);
        if (step.Fault is { } fault)
        {
            return Failed(fault);
        }

        Result += step.End!.Result;
        (_plan, _watch) = (null, WatchState.Start);
        return _stage++ < stages ? (Step.Plan, false) : (Step.Finish, false);
    }

    private async Task<(Step Next, bool Waits)> FinishAsync(IServiceProvider services)
    {
        await services.GetRequiredService<RunLifecycle>().FinishAsync(Run, Generation, Result, _fault, CancellationToken.None).ConfigureAwait(false);
        return (Step.Ended, false);
    }

    private (Step Next, bool Waits) Failed(StageFault fault)
    {
        _fault = fault;
        return (Step.Finish, false);
    }

    private async Task<(Step Next, bool Waits)?> AskAsync(IServiceProvider services) => await services.GetRequiredService<StepGate>().AskAsync(Key, CancellationToken.None).ConfigureAwait(false) switch
    {
        StepTurn.Held => (_step, true),
        StepTurn.Closed => Failed(StageFault.Cancelled),
        _ => null,
    };
}
