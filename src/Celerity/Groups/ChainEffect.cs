using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Tasks.Results;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Sends the next link of a chain where one has succeeded, its error task where one has failed.</summary>
internal sealed class ChainEffect(FollowUps followUps, TaskRecords records) : ITaskEffect
{
    public const string NextRole = "next";
    public const string ErrorRole = "error";

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (ended.State == TaskState.Succeeded && envelope.Next is [var next, ..])
        {
            var result = await records.ReadResultAsync(ended.Ending!, cancellationToken).ConfigureAwait(false);
            var terms = Terms(envelope, NextRole) with { Group = envelope.Group, Next = [.. envelope.Next.Skip(1)], OnError = envelope.OnError };
            await followUps.SendAsync(next, terms, "previous", ToNode(result), cancellationToken).ConfigureAwait(false);
        }
        else if (IsFailure(ended.State) && envelope.OnError is { } onError)
        {
            var failure = JsonSerializer.SerializeToNode(
                new { envelope.Id, envelope.Task, ended.State, ended.Ending!.Category, ended.Ending.Reason }, CelerityJson.Options);
            await followUps.SendAsync(onError, Terms(envelope, ErrorRole) with { RunId = null }, "failure", failure, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a task that ended so has failed, for those that wait for it. A discarded one has not: there was nothing to do.</summary>
    public static bool IsFailure(TaskState state) => state is TaskState.DeadLettered or TaskState.Revoked or TaskState.Expired;

    public static JsonNode? ToNode(JsonElement? json) => json is { } value ? JsonNode.Parse(value.GetRawText()) : null;

    private static TaskEnvelope Terms(TaskEnvelope parent, string role) => new()
    {
        Id = DerivedId.Of(parent.Id, role),
        Task = parent.Task,
        CorrelationId = parent.CorrelationId,
        Traceparent = parent.Traceparent,
        ParentId = parent.Id,
        RunId = parent.RunId,
        Headers = parent.Headers,
    };
}
