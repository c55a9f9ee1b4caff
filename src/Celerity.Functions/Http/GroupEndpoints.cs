using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Groups;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Sends groups and chains, and shows groups.</summary>
public static class GroupEndpoints
{
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    internal static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        // A misspelt setting would silently mean its default.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Sends a group, or with <c>callback</c> a chord: 202 with its id.</summary>
    [Function("CeleritySendGroup")]
    public static Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "groups")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var sent = await ReadAsync<GroupBody>(request, context.CancellationToken).ConfigureAwait(false);
            var options = new GroupOptions
            {
                MaxFailed = sent.MaxFailed,
                MaxFailedShare = sent.MaxFailedShare,
                OnError = sent.OnError?.ToTask(),
                CorrelationId = sent.CorrelationId,
            };
            var groups = context.InstanceServices.GetRequiredService<ITaskGroups>();
            var tasks = sent.Tasks.Select(task => task.ToMember());
            var id = sent.Callback is { } callback
                ? await groups.ChordAsync(tasks, callback.ToTask(), options, context.CancellationToken).ConfigureAwait(false)
                : await groups.GroupAsync(tasks, options, context.CancellationToken).ConfigureAwait(false);
            var statusUrl = ApiUrl.Of(request, $"groups/{id}");
            request.HttpContext.Response.Headers.Location = statusUrl;
            return Endpoint.Json(new { Id = id, StatusUrl = statusUrl }, StatusCodes.Status202Accepted);
        });
    }

    /// <summary>Shows a group: state, counts, callback.</summary>
    [Function("CelerityGetGroup")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "groups/{id}")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(
            await context.InstanceServices.GetRequiredService<ITaskGroups>().FindAsync(id, context.CancellationToken).ConfigureAwait(false)
            ?? throw TaskGroups.Unknown(id)));
    }

    /// <summary>Sends a chain: 202 with the ids of its tasks, in order.</summary>
    [Function("CeleritySendChain")]
    public static Task<IResult> SendChainAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "chains")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var sent = await ReadAsync<ChainBody>(request, context.CancellationToken).ConfigureAwait(false);
            var ids = await context.InstanceServices.GetRequiredService<ITaskGroups>().ChainAsync(
                [.. sent.Tasks.Select(task => task.ToTask())], sent.OnError?.ToTask(), context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Ids = ids }, StatusCodes.Status202Accepted);
        });
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await Endpoint.ReadBytesAsync(request, MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, Strict) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is no group or chain: {exception.Message}", exception);
        }
    }

    private sealed record GroupBody(IReadOnlyList<MemberBody> Tasks)
    {
        public TaskBody? Callback { get; init; }

        public TaskBody? OnError { get; init; }

        public int MaxFailed { get; init; }

        public double MaxFailedShare { get; init; }

        public string? CorrelationId { get; init; }
    }

    private sealed record ChainBody(IReadOnlyList<TaskBody> Tasks)
    {
        public TaskBody? OnError { get; init; }
    }

    private sealed record TaskBody(string Task)
    {
        public JsonElement? Payload { get; init; }

        public NamedTask ToTask() => new(Task, Payload ?? JsonElement.Parse("{}"));
    }

    private sealed record MemberBody
    {
        public string? Task { get; init; }

        public JsonElement? Payload { get; init; }

        public IReadOnlyList<TaskBody>? Chain { get; init; }

        public object ToMember() => (Task, Chain) switch
        {
            ({ } task, null) => new NamedTask(task, Payload ?? JsonElement.Parse("{}")),
            (null, { } chain) => new TaskChain([.. chain.Select(link => (object)link.ToTask())]),
            _ => throw new CelerityException(ErrorCodes.BadGroup, "A member of the group names neither or both of 'task' and 'chain'. Nothing was sent."),
        };
    }
}
