using System.Text.Json;
using Celerity.Compositions;
using Celerity.Functions.Pipelines;
using Celerity.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows what runs ask people, and answers it.</summary>
public static class ApprovalEndpoints
{
    /// <summary>Lists what a run has asked and was answered, in all of its generations: 200.</summary>
    [Function("CelerityListApprovals")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/approvals")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices;
            if (!RunKey.IsId(id) || await services.GetRequiredService<RunStore>().FindAsync(id, context.CancellationToken).ConfigureAwait(false) is null)
            {
                throw NotFound();
            }

            var rows = await services.GetRequiredService<Approvals>().ListAsync(id, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Approvals = rows.Select(View) });
        });
    }

    /// <summary>
    /// Answers an approval, also before it is asked for: 200; 409 where it was answered otherwise, or the run has ended. Body: <c>approved</c>, and
    /// <c>who</c> and <c>why</c>, which are kept with it and in the audit.
    /// </summary>
    [Function("CelerityAnswerApproval")]
    public static Task<IResult> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/approvals/{name}")] HttpRequest request,
        string id,
        string name,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var note = new OperationBody(body.Who, body.Why, Settings: null).NoteOf(request);
            var approvals = ActivatorUtilities.CreateInstance<Approvals>(context.InstanceServices, new DurableStageSignal(client));
            return Endpoint.Json(View(await approvals.AnswerAsync(
                RunKey.IsId(id) ? id : throw NotFound(), name, body.Approved, note, context.CancellationToken).ConfigureAwait(false)));
        });
    }

    private static async Task<Body> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await Endpoint.ReadBytesAsync(request, Endpoint.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<Body>(bytes.Span, GroupEndpoints.Strict) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadRequestBody, $"The body is no answer: {exception.Message} Send {{\"approved\": true, \"who\": \"…\", \"why\": \"…\"}}.", exception);
        }
    }

    private static object View(ApprovalRow row) => new { row.Name, row.Generation, row.State, row.Who, row.Why, row.At, row.DeadlineAt };

    private static CelerityException NotFound() => new(ErrorCodes.UnknownRun, "There is no run of that id. GET /api/runs lists the runs.");

    private sealed record Body(bool Approved)
    {
        public string? Who { get; init; }

        public string? Why { get; init; }
    }
}
