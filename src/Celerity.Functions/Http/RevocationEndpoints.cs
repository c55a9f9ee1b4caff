using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Revokes tasks, and purges queues.</summary>
public static class RevocationEndpoints
{
    /// <summary>Revokes one task: 202. A task that has ended stays as it is.</summary>
    [Function("CelerityRevokeTask")]
    public static Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{id}/revoke")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            await Control(context).RevokeAsync(id, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Id = id }, StatusCodes.Status202Accepted);
        });
    }

    /// <summary>Revokes by a rule: the body names a <c>tag</c> or a <c>task</c>. 202; later sends are unaffected.</summary>
    [Function("CelerityRevoke")]
    public static Task<IResult> RevokeManyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "revocations")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var rule = Read(await Endpoint.ReadBodyAsync(request, context.CancellationToken).ConfigureAwait(false));
            await (rule switch
            {
                { Tag: { Length: > 0 } tag, Task: null } => Control(context).RevokeTagAsync(tag, context.CancellationToken),
                { Tag: null, Task: { Length: > 0 } task } => Control(context).RevokeTaskAsync(task, context.CancellationToken),
                _ => throw new CelerityException(
                    ErrorCodes.BadRequestBody, """The body names neither or both of a tag and a task. Send {"tag":"…"} or {"task":"…"}."""),
            }).ConfigureAwait(false);
            return Endpoint.Json(rule, StatusCodes.Status202Accepted);
        });
    }

    /// <summary>Revokes what is on a queue and ends what waits there: 200 with how many tasks were ended.</summary>
    [Function("CelerityPurgeQueue")]
    public static Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "queues/{name}/purge")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var ended = await Control(context).PurgeAsync(name, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Queue = name, Revoked = ended });
        });
    }

    private static ITaskControl Control(FunctionContext context) => context.InstanceServices.GetRequiredService<ITaskControl>();

    private static Rule Read(string body)
    {
        try
        {
            return CelerityJson.Read<Rule>(body);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is no revocation: {exception.Message}", exception);
        }
    }

    private sealed record Rule(string? Tag, string? Task);
}
