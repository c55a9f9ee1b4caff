using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Durable.Entities;

/// <summary>The HTTP API of the Durable extension for entities: read, list, signal, delete.</summary>
internal sealed class EntityEndpoints(LocalDurableTaskClient client) : IEndpointSource
{
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const string EmptyKey = "$";
    private const int DefaultTop = 100;

    private IEntityStore Store => client.Hub.Store.Entities;

    private DateTimeOffset Now => client.Hub.Time.GetUtcNow();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(ManagementUrls.BasePath);
        group.MapGet("/entities/{name?}", Guarded(request => Task.FromResult<IResult>(List(request))));
        group.MapGet("/entities/{name}/{key}", Guarded(request => Task.FromResult<IResult>(Get(request))));
        group.MapPost("/entities/{name}/{key}", Guarded(SignalAsync));
        group.MapDelete("/entities/{name}/{key}", Guarded(request => Task.FromResult<IResult>(Signal(Id(request), "delete", null))));
    }

    private static RequestDelegate Guarded(Func<HttpRequest, Task<IResult>> answer) => async context =>
    {
        IResult result;
        try
        {
            result = await answer(context.Request).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or JsonException)
        {
            result = TypedResults.Json(new JsonObject { ["message"] = exception.Message }, statusCode: StatusCodes.Status400BadRequest);
        }

        await result.ExecuteAsync(context).ConfigureAwait(false);
    };

    private static EntityInstanceId Id(HttpRequest request)
    {
        var key = (string)request.RouteValues["key"]!;
        return new EntityInstanceId((string)request.RouteValues["name"]!, key == EmptyKey ? string.Empty : key);
    }

    private IResult Get(HttpRequest request) => Store.Find(Id(request).ToString(), Now) is { State: { } state }
        ? TypedResults.Text(state, "application/json")
        : TypedResults.NotFound();

    private JsonHttpResult<JsonArray> List(HttpRequest request)
    {
        var top = int.TryParse(request.Query["top"], out var asked) && asked > 0 ? asked : DefaultTop;
        var filter = new EntityFilter(
            request.RouteValues["name"] is string name ? new EntityInstanceId(name, string.Empty).ToString() : null,
            ManagementQuery.ReadTime(request, "lastOperationTimeFrom"),
            ManagementQuery.ReadTime(request, "lastOperationTimeTo"));
        var rows = Store.List(filter, request.Headers[ContinuationHeader] is [{ Length: > 0 } after] ? after : null, top, Now);
        if (rows.Count == top)
        {
            request.HttpContext.Response.Headers[ContinuationHeader] = rows[^1].Id;
        }

        var fetchState = bool.TryParse(request.Query["fetchState"], out var fetch) && fetch;
        return TypedResults.Json(new JsonArray([.. rows.Select(row => Describe(row, fetchState))]));
    }

    private static JsonObject Describe(EntityRow row, bool withState)
    {
        var id = EntityInstanceId.FromString(row.Id);
        var json = new JsonObject
        {
            ["entityId"] = new JsonObject { ["name"] = id.Name, ["key"] = id.Key },
            ["lastOperationTime"] = row.UpdatedAt.UtcDateTime,
        };
        if (withState)
        {
            json["state"] = InstanceJson.Parse(row.State);
        }

        return json;
    }

    private async Task<IResult> SignalAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        return Signal(Id(request), request.Query["op"].ToString(), InputOf(request, text));
    }

    /// <summary>JSON as it is, any other text as a string, nothing as no input.</summary>
    private static string? InputOf(HttpRequest request, string text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!request.HasJsonContentType())
        {
            return JsonSerializer.Serialize(text);
        }

        JsonNode.Parse(text);
        return text;
    }

    private StatusCodeHttpResult Signal(EntityInstanceId id, string operationName, string? input)
    {
        client.LocalEntities.Signal(id, operationName, input);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
