using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <content>Rewinding.</content>
internal sealed partial class ManagementEndpoints
{
    private async Task<IResult> RewindAsync(HttpRequest request)
    {
        var id = Id(request);
        if (Store.Find(id) is not { } row)
        {
            return TypedResults.NotFound();
        }

        if (row.Status != OrchestrationRuntimeStatus.Failed)
        {
            return Message(StatusCodes.Status412PreconditionFailed, $"The instance '{id}' is {row.Status}: only failed instances are rewound.");
        }

        await client.RewindInstanceAsync(id, request.Query["reason"].ToString(), request.HttpContext.RequestAborted).ConfigureAwait(false);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
