using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Celerity.LocalRuntime.Http;

/// <summary>One endpoint per HTTP function.</summary>
internal sealed class FunctionEndpoints(
    FunctionCatalog catalog,
    IFunctionInvoker invoker,
    HostConfiguration host,
    FunctionKeys keys,
    RequestLimits limits,
    BuiltInResponse builtInResponse) : IEndpointSource
{
    private static readonly string[] Reserved = ["admin", "runtime"];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (function, pattern) in Routes())
        {
            var trigger = (HttpTriggerAttribute)function.TriggerAttribute;
            RequestDelegate handler = http => HandleAsync(http, function, trigger);
            var endpoint = trigger.Methods is { Length: > 0 } methods
                ? endpoints.MapMethods(pattern, methods.Select(method => method.ToUpperInvariant()), handler)
                : endpoints.Map(pattern, handler);
            endpoint.WithDisplayName(function.Name);
        }
    }

    /// <summary>Returns every HTTP function with its full route template.</summary>
    public IEnumerable<(FunctionDescriptor Function, string Pattern)> Routes()
    {
        var prefix = (host.Extension("http")["routePrefix"] ?? "api").Trim('/');
        foreach (var function in catalog.Enabled.Where(function => function.TriggerAttribute is HttpTriggerAttribute))
        {
            var written = ((HttpTriggerAttribute)function.TriggerAttribute).Route;
            var route = (string.IsNullOrEmpty(written) ? function.Name : written).TrimStart('/');
            var pattern = prefix.Length == 0 ? route : $"{prefix}/{route}";
            Check(function, route, pattern);
            yield return (function, pattern);
        }
    }

    private static void Check(FunctionDescriptor function, string route, string pattern)
    {
        if (Reserved.Contains(route.Split('/')[0], StringComparer.OrdinalIgnoreCase))
        {
            throw new LocalStartException($"The function \"{function.Name}\" has the route \"{route}\"; routes that start with admin or runtime are reserved.");
        }

        try
        {
            RoutePatternFactory.Parse(pattern);
        }
        catch (RoutePatternException exception)
        {
            throw new LocalStartException($"The function \"{function.Name}\" has the route \"{route}\", which is no valid template: {exception.Message}", exception);
        }
    }

    private async Task HandleAsync(HttpContext http, FunctionDescriptor function, HttpTriggerAttribute trigger)
    {
        if (!keys.Open(http.Request, trigger.IsAuthLevelStated ? trigger.AuthLevel : AuthorizationLevel.Function, function.Name))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using var turn = await limits.EnterAsync(http.RequestAborted).ConfigureAwait(false);
        if (turn is { IsAcquired: false })
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await InvokeAsync(http, function).ConfigureAwait(false);
    }

    private async Task InvokeAsync(HttpContext http, FunctionDescriptor function)
    {
        var exchange = new HttpExchange(http);
        var request = new InvocationRequest
        {
            TriggerValue = http,
            BindingData = RequestMetadata.Of(http.Request),
            TraceParent = http.Request.Headers.TraceParent,
            Features = new Dictionary<Type, object>
            {
                [typeof(HttpExchange)] = exchange,
                [typeof(IHttpRequestDataFeature)] = exchange,
                [typeof(IFromBodyConversionFeature)] = exchange,
            },
        };
        try
        {
            var result = await invoker.InvokeAsync(function, request, http.RequestAborted).ConfigureAwait(false);
            if (!exchange.IsHandled)
            {
                await builtInResponse.WriteAsync(http.Response, result).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The invoker has logged it; the client gets a status and nothing else.
            Fail(http, exception as BadHttpRequestException ?? exception.InnerException as BadHttpRequestException);
        }
    }

    private static void Fail(HttpContext http, BadHttpRequestException? badRequest)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = badRequest?.StatusCode ?? StatusCodes.Status500InternalServerError;
    }
}
