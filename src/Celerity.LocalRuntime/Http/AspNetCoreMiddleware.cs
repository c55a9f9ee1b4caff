using Celerity.LocalRuntime.Discovery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Http;

/// <summary>The ASP.NET Core integration: the invocation's services for the request, and the function's result as the response.</summary>
internal sealed partial class AspNetCoreMiddleware(ILogger<AspNetCoreMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <summary>Where the request's <see cref="HttpContext"/> is kept in <see cref="FunctionContext.Items"/>.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.Features.Get<HttpExchange>() is not { } exchange)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var http = exchange.Http;
        http.RequestServices = context.InstanceServices;
        context.Items[HttpContextKey] = http;
        exchange.UsesAspNetCore = true;
        await next(context).ConfigureAwait(false);

        // From here on the response is ours, whatever the function returned.
        exchange.IsHandled = true;
        var result = context.GetInvocationResult();
        if (await TryExecuteAsync(result.Value, http).ConfigureAwait(false))
        {
            result.Value = null;
            return;
        }

        var output = context.GetOutputBindings<object>().FirstOrDefault(binding => binding.BindingType == FunctionOutputs.Http);
        if (!await TryExecuteAsync(output?.Value, http).ConfigureAwait(false) && !http.Response.HasStarted)
        {
            LogNoResponse(logger, context.FunctionDefinition.Name);
        }
    }

    private static async Task<bool> TryExecuteAsync(object? result, HttpContext http)
    {
        switch (result)
        {
            case IActionResult action:
                await action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())).ConfigureAwait(false);
                return true;
            case IResult plain:
                await plain.ExecuteAsync(http).ConfigureAwait(false);
                return true;
            case LocalHttpResponseData data:
                await data.WriteToAsync(http.Response).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    [LoggerMessage(9100, LogLevel.Debug, "The function {Function} returned no HTTP response; what it wrote to HttpContext.Response, if anything, is sent")]
    private static partial void LogNoResponse(ILogger logger, string function);
}
