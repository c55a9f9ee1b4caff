using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Entities;

internal static partial class EntityLog
{
    [LoggerMessage(5431, LogLevel.Warning, "Entity {EntityId} is run elsewhere by now (its claim was lost): this batch has no effect.")]
    public static partial void BatchFenced(ILogger logger, string entityId);

    [LoggerMessage(5432, LogLevel.Error, "A batch of entity {EntityId} was abandoned; it is run again.")]
    public static partial void BatchAbandoned(ILogger logger, string entityId, Exception exception);

    [LoggerMessage(5433, LogLevel.Warning, "Operation {Operation} of entity {EntityId} failed: {Reason}")]
    public static partial void OperationFailed(ILogger logger, string operation, string entityId, string reason);
}
