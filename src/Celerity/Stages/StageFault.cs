namespace Celerity.Stages;

/// <summary>Why a stage failed, as a value: an activity that fails for good returns it rather than be retried.</summary>
/// <param name="Code">The code of <c>docs/errors.md</c>.</param>
/// <param name="Message">What happened, the limit, what to do.</param>
internal sealed record StageFault(string Code, string Message)
{
    public static StageFault Cancelled { get; } = new(ErrorCodes.RunCancelled, "The run was cancelled.");

    public static StageFault TimedOut(DateTimeOffset deadline) => new(ErrorCodes.RunTimedOut, $"The run had not ended by its deadline, {deadline:u}.");

    public static StageFault From(CelerityException exception) => new(exception.Code, exception.Detail);
}
