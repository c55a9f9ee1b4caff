using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages;

namespace Celerity.Compositions;

/// <summary>Makes the steps of what pipelines wait for, whatever it is.</summary>
internal sealed class Awaits(TasksAwaiter tasks, ApprovalAwaiter approvals, RunStore runs, ControlBoard board, TimeProvider time)
{
    /// <summary>How long a result may be that comes back to the pipeline.</summary>
    public const int MaxResultChars = 1024 * 1024;

    public static StageFault TooLarge(string what, int chars) => new(
        ErrorCodes.ResultsTooLarge,
        $"{what} take {chars:N0} characters; the limit is {MaxResultChars:N0}. Give them to a callback, which takes any size, or keep what is large in blobs and return their names.");

    /// <summary>Makes the next step.</summary>
    /// <param name="request">What is awaited.</param>
    /// <param name="runStep">Makes it for another run: that needs a client of orchestrations.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<AwaitStep> StepAsync(
        AwaitRequest request, Func<AwaitRequest, bool, CancellationToken, ValueTask<AwaitStep>> runStep, CancellationToken cancellationToken)
    {
        var isWanted = request.Insists || await IsWantedAsync(request.Key, cancellationToken).ConfigureAwait(false);
        request = request with { BegunAt = request.BegunAt ?? time.GetUtcNow() };
        try
        {
            return request switch
            {
                { Insists: false } when isWanted && IsToBegin(request) && await IsSuspendedAsync(request.Key, cancellationToken).ConfigureAwait(false) => AwaitStep.Held(request),
                { Run: not null } => await runStep(request, isWanted, cancellationToken).ConfigureAwait(false),
                _ when !isWanted => AwaitStep.Ended(AwaitOutcome.Faulted(StageFault.Cancelled)),
                { Tasks: not null } => await tasks.StepAsync(request, cancellationToken).ConfigureAwait(false),
                { Approval: not null } => await approvals.StepAsync(request, cancellationToken).ConfigureAwait(false),
                _ => throw new InvalidOperationException("Nothing is awaited."),
            };
        }
        catch (CelerityException exception)
        {
            return AwaitStep.Ended(AwaitOutcome.Faulted(StageFault.From(exception)));
        }
    }

    // Whether the next step sends tasks, or starts a run.
    private static bool IsToBegin(AwaitRequest request) => request is { Run.IsBegun: false } || request.Tasks?.Sent < request.Tasks?.PartCount;

    private async ValueTask<bool> IsSuspendedAsync(AwaitKey key, CancellationToken cancellationToken) =>
        (await board.GetAsync(cancellationToken).ConfigureAwait(false)).FindSuspension(key.Run, key.Generation) is not null;

    private async ValueTask<bool> IsWantedAsync(AwaitKey key, CancellationToken cancellationToken) =>
        await runs.FindAsync(key.Run, cancellationToken).ConfigureAwait(false) is { } run && run.State.IsWanting() && run.Generation == key.Generation;
}
