using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows and forces circuits.</summary>
public static class CircuitEndpoints
{
    /// <summary>Lists the circuits: 200.</summary>
    [Function("CelerityListCircuits")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "circuits")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
            Endpoint.Json(new { Circuits = await Circuits(context).ListAsync(context.CancellationToken).ConfigureAwait(false) }));
    }

    /// <summary>Shows one circuit: 200.</summary>
    [Function("CelerityGetCircuit")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "circuits/{name}")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(await Circuits(context).GetAsync(name, context.CancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Forces a circuit open: 200.</summary>
    [Function("CelerityOpenCircuit")]
    public static Task<IResult> OpenAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "circuits/{name}/open")] HttpRequest request, string name, FunctionContext context) =>
        ChangeAsync(request, name, context, (circuits, note) => circuits.ForceOpenAsync(name, note, context.CancellationToken));

    /// <summary>Forces a circuit closed: 200.</summary>
    [Function("CelerityCloseCircuit")]
    public static Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "circuits/{name}/close")] HttpRequest request, string name, FunctionContext context) =>
        ChangeAsync(request, name, context, (circuits, note) => circuits.ForceClosedAsync(name, note, context.CancellationToken));

    /// <summary>Leaves a circuit to failures and time again: 200.</summary>
    [Function("CelerityAutomaticCircuit")]
    public static Task<IResult> AutomaticAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "circuits/{name}/automatic")] HttpRequest request, string name, FunctionContext context) =>
        ChangeAsync(request, name, context, (circuits, note) => circuits.AutomaticAsync(name, note, context.CancellationToken));

    private static ICircuits Circuits(FunctionContext context) => context.InstanceServices.GetRequiredService<ICircuits>();

    private static Task<IResult> ChangeAsync(
        HttpRequest request, string name, FunctionContext context, Func<ICircuits, ActionNote, Task<bool>> change)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Circuit = name, Changed = await change(Circuits(context), body.NoteOf(request)).ConfigureAwait(false) });
        });
    }
}
