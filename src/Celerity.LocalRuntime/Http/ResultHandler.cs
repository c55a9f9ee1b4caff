using Microsoft.AspNetCore.Http;

namespace Celerity.LocalRuntime.Http;

/// <summary>Makes handlers of endpoints that answer with a result.</summary>
/// <remarks>A handler with parameters of its own would be compiled as the app starts.</remarks>
internal static class ResultHandler
{
    public static RequestDelegate Of(Func<HttpContext, IResult> answer) => context => answer(context).ExecuteAsync(context);

    public static RequestDelegate OfAsync(Func<HttpContext, Task<IResult>> answer) => async context =>
    {
        var result = await answer(context).ConfigureAwait(false);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    };

    /// <summary>Reads the route's <c>{name}</c>.</summary>
    public static string Name(this HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
