using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows the processes of the app, and gives them orders.</summary>
public static class WorkerEndpoints
{
    /// <summary>200 with the workers of the last day, the latest started first.</summary>
    [Function("CelerityListWorkers")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workers")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
            Endpoint.Json(new { Workers = await Workers(context).ListAsync(context.CancellationToken).ConfigureAwait(false) }));
    }

    /// <summary>200 with one worker.</summary>
    [Function("CelerityGetWorker")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workers/{id}")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
            Endpoint.Json(await Workers(context).FindAsync(id, context.CancellationToken).ConfigureAwait(false)
                ?? throw new CelerityException(ErrorCodes.UnknownWorker, $"There is no worker '{id}'.")));
    }

    /// <summary>Has a worker take no more, for the <c>reason</c> of the body: 202, obeyed within 10 seconds.</summary>
    [Function("CelerityDrainWorker")]
    public static Task<IResult> DrainAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workers/{id}/drain")] HttpRequest request, string id, FunctionContext context) =>
        OrderAsync(request, id, context, workers => workers.DrainAsync);

    /// <summary>Has a worker take no more and end, for the <c>reason</c> of the body: 202, obeyed within 10 seconds.</summary>
    [Function("CelerityRecycleWorker")]
    public static Task<IResult> RecycleAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workers/{id}/recycle")] HttpRequest request, string id, FunctionContext context) =>
        OrderAsync(request, id, context, workers => workers.RecycleAsync);

    private static Task<IResult> OrderAsync(
        HttpRequest request, string id, FunctionContext context, Func<IWorkers, Func<string, string, CancellationToken, Task>> order)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var reason = Read(await Endpoint.ReadBodyAsync(request, context.CancellationToken).ConfigureAwait(false)).Reason;
            await order(Workers(context))(id, reason ?? "", context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Id = id, Reason = reason }, StatusCodes.Status202Accepted);
        });
    }

    private static IWorkers Workers(FunctionContext context) => context.InstanceServices.GetRequiredService<IWorkers>();

    private static Order Read(string body)
    {
        try
        {
            return CelerityJson.Read<Order>(body);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is no order to a worker: {exception.Message} Send {{\"reason\":\"…\"}}.", exception);
        }
    }

    private sealed record Order(string? Reason);
}
