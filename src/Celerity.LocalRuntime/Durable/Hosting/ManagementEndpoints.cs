using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The HTTP API of the Durable extension: start, list, watch and steer orchestrations.</summary>
internal sealed partial class ManagementEndpoints(LocalDurableTaskClient client, DurableFunctions functions, FunctionKeys keys) : IEndpointSource
{
    private const string RetryAfterStart = "10";
    private const string RetryWhileRunning = "5";
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const int DefaultTop = 100;

    private IOrchestrationStore Store => client.Hub.Store;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(ManagementUrls.BasePath);
        group.MapPost("/orchestrators/{name}/{instanceId?}", Guarded(StartAsync));
        group.MapGet("/instances", Guarded(ListAsync));
        group.MapDelete("/instances", Guarded(PurgeManyAsync));
        group.MapGet("/instances/{instanceId}", Guarded(GetAsync));
        group.MapDelete("/instances/{instanceId}", Guarded(PurgeAsync));
        group.MapPost("/instances/{instanceId}/raiseEvent/{eventName}", Guarded(RaiseEventAsync));
        group.MapPost("/instances/{instanceId}/terminate", Guarded(request => SteerAsync(request, client.TerminateInstanceAsync)));
        group.MapPost("/instances/{instanceId}/suspend", Guarded(request => SteerAsync(request, client.SuspendInstanceAsync)));
        group.MapPost("/instances/{instanceId}/resume", Guarded(request => SteerAsync(request, client.ResumeInstanceAsync)));
        group.MapPost("/instances/{instanceId}/restart", Guarded(RestartAsync));
        group.MapPost("/instances/{instanceId}/rewind", Guarded(RewindAsync));
    }

    private RequestDelegate Guarded(Func<HttpRequest, Task<IResult>> answer) => async context =>
    {
        if (!keys.OpenSystem(context.Request, ManagementUrls.KeyName))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        IResult result;
        try
        {
            result = await answer(context.Request).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            result = Message(StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (OrchestrationAlreadyExistsException exception)
        {
            result = Message(StatusCodes.Status409Conflict, exception.Message);
        }

        await result.ExecuteAsync(context).ConfigureAwait(false);
    };

    private static JsonHttpResult<JsonObject> Message(int status, string text) => TypedResults.Json(new JsonObject { ["message"] = text }, statusCode: status);

    private static string Id(HttpRequest request) => (string)request.RouteValues["instanceId"]!;

    private static bool Flag(HttpRequest request, string name, bool absent) => bool.TryParse(request.Query[name], out var value) ? value : absent;

    private static string BaseUrl(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    private static async Task<string?> ReadJsonAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        JsonNode.Parse(text);
        return text;
    }

    private async Task<IResult> StartAsync(HttpRequest request)
    {
        var name = (string)request.RouteValues["name"]!;
        if (!functions.HasOrchestrator(name))
        {
            return Message(StatusCodes.Status400BadRequest, UnknownFunction.Message(name, "orchestrator"));
        }

        var input = await ReadJsonAsync(request).ConfigureAwait(false);
        var options = new StartOrchestrationOptions((string?)request.RouteValues["instanceId"])
        {
            Version = request.Query["version"] is [{ } version] ? new TaskVersion(version) : null,
        };
        using var cause = OrchestrationTracing.StartRemote(request.Headers.TraceParent, request.Headers.TraceState);
        var id = client.Start(name, input, options);
        return ManagementQuery.ReadWait(request) is { } wait
            ? await WaitAsync(request, id, wait).ConfigureAwait(false)
            : Started(request, id);
    }

    private async Task<IResult> WaitAsync(HttpRequest request, string id, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, client.Hub.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, request.HttpContext.RequestAborted);
        try
        {
            var ended = await client.WaitForInstanceCompletionAsync(id, true, either.Token).ConfigureAwait(false);
            return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed
                ? TypedResults.Text(ended.SerializedOutput ?? "null", "application/json")
                : Status(request, Store.Find(id));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Started(request, id);
        }
    }

    private JsonHttpResult<Dictionary<string, string>> Started(HttpRequest request, string id)
    {
        var urls = ManagementUrls.ForHost(BaseUrl(request), client.Name, id, client.SystemKey);
        request.HttpContext.Response.Headers.Location = urls["statusQueryGetUri"];
        request.HttpContext.Response.Headers.RetryAfter = RetryAfterStart;
        return TypedResults.Json(urls, statusCode: StatusCodes.Status202Accepted);
    }

    private Task<IResult> GetAsync(HttpRequest request) => Task.FromResult(Status(request, Store.Find(Id(request))));

    private IResult Status(HttpRequest request, InstanceRow? row)
    {
        if (row is null)
        {
            return TypedResults.NotFound();
        }

        if (!row.IsTerminal)
        {
            request.HttpContext.Response.Headers.Location = ManagementUrls.ForHost(BaseUrl(request), client.Name, row.Id, client.SystemKey)["statusQueryGetUri"];
            request.HttpContext.Response.Headers.RetryAfter = RetryWhileRunning;
        }

        var history = Flag(request, "showHistory", false) ? Store.ReadHistory(row.Id) : null;
        var body = InstanceJson.Of(row, Flag(request, "showInput", true), history, Flag(request, "showHistoryOutput", false));
        var failed = row.Status == OrchestrationRuntimeStatus.Failed && Flag(request, "returnInternalServerErrorOnFailure", false);
        return TypedResults.Json(body, statusCode: !row.IsTerminal
            ? StatusCodes.Status202Accepted
            : failed ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
    }

    private Task<IResult> ListAsync(HttpRequest request)
    {
        var top = int.TryParse(request.Query["top"], out var asked) && asked > 0 ? asked : DefaultTop;
        var rows = Store.List(
            ManagementQuery.ReadFilter(request), request.Headers[ContinuationHeader] is [{ Length: > 0 } after] ? after : null, top);
        if (rows.Count == top)
        {
            request.HttpContext.Response.Headers[ContinuationHeader] = rows[^1].Id;
        }

        var showInput = Flag(request, "showInput", true);
        return Task.FromResult<IResult>(TypedResults.Json(new JsonArray([.. rows.Select(row => InstanceJson.Of(row, showInput))])));
    }

    private async Task<IResult> PurgeAsync(HttpRequest request)
    {
        var id = Id(request);
        if (Store.Find(id) is { IsTerminal: false } row)
        {
            return Message(StatusCodes.Status412PreconditionFailed, $"The instance '{id}' is {row.Status}: only instances that have ended are purged.");
        }

        var purged = await client.PurgeInstanceAsync(id, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return Purged(purged.PurgedInstanceCount);
    }

    private async Task<IResult> PurgeManyAsync(HttpRequest request)
    {
        var filter = ManagementQuery.ReadFilter(request);
        if (filter.CreatedFrom is null)
        {
            return Message(StatusCodes.Status400BadRequest, "Please provide value for 'createdTimeFrom' parameter.");
        }

        var purged = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(filter.CreatedFrom, filter.CreatedTo, filter.Statuses), request.HttpContext.RequestAborted).ConfigureAwait(false);
        return Purged(purged.PurgedInstanceCount);
    }

    private static IResult Purged(int count) => count == 0
        ? TypedResults.NotFound()
        : TypedResults.Json(new JsonObject { ["instancesDeleted"] = count });

    private async Task<IResult> RaiseEventAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return Message(StatusCodes.Status400BadRequest, "Only application/json request content is supported");
        }

        var payload = await ReadJsonAsync(request).ConfigureAwait(false);
        return Answer(client.TryRaise(Id(request), (string)request.RouteValues["eventName"]!, payload));
    }

    private async Task<IResult> SteerAsync(HttpRequest request, Func<string, string?, CancellationToken, Task> steer)
    {
        var id = Id(request);
        var status = Store.Find(id)?.Status;
        var answer = Answer(status);
        if (status is { } found && !InstanceRow.IsTerminalStatus(found))
        {
            try
            {
                await steer(id, request.Query["reason"], request.HttpContext.RequestAborted).ConfigureAwait(false);
            }
            catch (Grpc.Core.RpcException)
            {
                return TypedResults.StatusCode(StatusCodes.Status410Gone);
            }
        }

        return answer;
    }

    private static StatusCodeHttpResult Answer(OrchestrationRuntimeStatus? found) => TypedResults.StatusCode(found switch
    {
        null => StatusCodes.Status404NotFound,
        { } status when InstanceRow.IsTerminalStatus(status) => StatusCodes.Status410Gone,
        _ => StatusCodes.Status202Accepted,
    });

    private async Task<IResult> RestartAsync(HttpRequest request)
    {
        var id = await client.RestartAsync(
            Id(request), Flag(request, "restartWithNewInstanceId", true), request.HttpContext.RequestAborted).ConfigureAwait(false);
        return Started(request, id);
    }
}
