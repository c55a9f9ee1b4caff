using Grpc.Core;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>The errors that isolated code sees from the Functions host, type and text.</summary>
internal static class ClientErrors
{
    public static RpcException NotFound(string instanceId) =>
        new(new Status(StatusCode.NotFound, $"No instance with ID {instanceId} was found"));

    /// <summary>What the SDK makes of "not found" where an operation needs the instance.</summary>
    public static ArgumentException Unknown(string instanceId) =>
        new($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));

    public static RpcException NotRunning() =>
        new(new Status(StatusCode.FailedPrecondition, "The orchestration instance with the provided instance id is not running."));

    public static RpcException WrongState(string operation, string instanceId, OrchestrationRuntimeStatus status) => new(new Status(
        StatusCode.FailedPrecondition,
        $"InvalidOperationException: Cannot {operation} the orchestration instance {instanceId} because instance is in the {status} state."));

    /// <summary>The host does not translate the refusals of suspend and resume (Azure/azure-functions-durable-extension#3027); the debug text tells more.</summary>
    public static RpcException Unhandled(string operation, string instanceId, OrchestrationRuntimeStatus status) => new(
        new Status(StatusCode.Unknown, "Exception was thrown by handler."),
        $"Cannot {operation} the orchestration instance {instanceId} because instance is in the {status} state.");
}
