using System.Text.Json;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Celerity.LocalRuntime.Http;

/// <summary>Lists, sets, makes and deletes keys: of one function, of the host (they open every function), of extensions.</summary>
internal sealed class KeyEndpoints(FunctionCatalog catalog, FunctionKeys keys) : IEndpointSource
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var admin = keys.MapAdmin(endpoints);
        Map(admin, "functions/{function}/keys", function => catalog.Find(function)?.Name is { } name ? new KeyScope(KeyKind.Function, name) : null);
        Map(admin, "host/keys", _ => new KeyScope(KeyKind.Host));
        Map(admin, "host/functionkeys", _ => new KeyScope(KeyKind.Host));
        Map(admin, "host/systemkeys", _ => new KeyScope(KeyKind.System));
    }

    private void Map(IEndpointRouteBuilder admin, string path, Func<string, KeyScope?> scopeOf)
    {
        admin.MapGet(path, ResultHandler.Of(context => In(context, scopeOf, scope =>
            Results.Json(new { keys = keys.List(scope).Select(key => new { name = key.Key, value = key.Value }), links = Array.Empty<object>() }))));
        admin.MapGet($"{path}/{{name}}", ResultHandler.Of(context => In(context, scopeOf, scope =>
            keys.List(scope).TryGetValue(context.Name(), out var value) ? Results.Json(new { name = context.Name(), value }) : Results.NotFound())));
        admin.MapPost($"{path}/{{name}}", ResultHandler.Of(context => In(context, scopeOf, scope => Saved(keys.Set(scope, context.Name(), null), context.Name()))));
        admin.MapPut($"{path}/{{name}}", ResultHandler.OfAsync(context => PutAsync(context, context.Name(), scopeOf)));
        admin.MapDelete($"{path}/{{name}}", ResultHandler.Of(context => In(context, scopeOf, scope =>
            keys.Delete(scope, context.Name()) ? Results.NoContent() : Results.NotFound())));
    }

    private async Task<IResult> PutAsync(HttpContext context, string name, Func<string, KeyScope?> scopeOf) =>
        await ReadValueAsync(context).ConfigureAwait(false) is { Length: > 0 } value
            ? In(context, scopeOf, scope => Saved(keys.Set(scope, name, value), name))
            : Results.BadRequest("The body must be {\"name\": \"…\", \"value\": \"…\"} as application/json, the value not empty.");

    private static async Task<string?> ReadValueAsync(HttpContext context)
    {
        try
        {
            return (await context.Request.ReadFromJsonAsync<KeyBody>(context.RequestAborted).ConfigureAwait(false))?.Value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, JSON of another shape, or another type of content.
            return null;
        }
    }

    private static IResult In(HttpContext context, Func<string, KeyScope?> scopeOf, Func<KeyScope, IResult> answer) =>
        scopeOf(context.GetRouteValue("function") as string ?? "") is { } scope ? answer(scope) : Results.NotFound();

    private static IResult Saved((string Value, bool IsNew) key, string name) =>
        Results.Json(new { name, value = key.Value }, statusCode: key.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);

    private sealed record KeyBody(string? Value);
}
