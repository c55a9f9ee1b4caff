using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>An error as RFC 9457 problem details, with our code.</summary>
internal sealed record Problem
{
    private const string TypePrefix = "urn:celerity:error:";

    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string Code { get; init; }

    public static IResult From(CelerityException exception)
    {
        var status = StatusOf(exception.Code);
        var problem = new Problem
        {
            Type = TypePrefix + exception.Code.ToLowerInvariant(),
            Title = TitleOf(status),
            Status = status,
            Detail = exception.Detail,
            Code = exception.Code,
        };
        return Results.Json(problem, CelerityJson.Options, "application/problem+json", status);
    }

    private static int StatusOf(string code) => code switch
    {
        ErrorCodes.UnknownPipeline or ErrorCodes.UnknownRun or ErrorCodes.UnknownTask or ErrorCodes.UnknownTaskId or ErrorCodes.UnknownGroup
            or ErrorCodes.UnknownWorker or ErrorCodes.UnknownCircuit or ErrorCodes.UnknownDeadLetter or ErrorCodes.UnknownAction
            or ErrorCodes.UnknownSchedule or ErrorCodes.UnknownRunPurge or ErrorCodes.UnknownDashboardFile or ErrorCodes.UnknownSilence => StatusCodes.Status404NotFound,
        ErrorCodes.RunEnded or ErrorCodes.RunAtWork or ErrorCodes.UnknownOutput or ErrorCodes.NothingToRepeat or ErrorCodes.WorkerGone or ErrorCodes.NotReplayable or ErrorCodes.ScheduleDefinedElsewhere
            or ErrorCodes.TooManySchedules or ErrorCodes.ApprovalDecided or ErrorCodes.TooManySuspended or ErrorCodes.RunPurging or ErrorCodes.TooManySilences => StatusCodes.Status409Conflict,
        ErrorCodes.BodyTooLarge or ErrorCodes.TaskTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.StorageDown or ErrorCodes.TooManyStreams => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status413PayloadTooLarge => "Body too large",
        StatusCodes.Status503ServiceUnavailable => "Not available now",
        _ => "Bad request",
    };
}
