using Celerity.Maintenance;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Sending;

/// <summary>Sends what was committed to the app's outboxes. A crash between the send and the removal sends again, as the same task.</summary>
internal sealed partial class OutboxRelay(IEnumerable<IOutboxStore> outboxes, IBackgroundTasks tasks, ILogger<OutboxRelay> logger) : IMaintenanceStep
{
    private const int PageCount = 100;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        foreach (var outbox in outboxes)
        {
            while (await outbox.ReadAsync(PageCount, cancellationToken).ConfigureAwait(false) is { Count: > 0 } pending)
            {
                foreach (var task in pending)
                {
                    await SendAsync(task, cancellationToken).ConfigureAwait(false);
                    await outbox.RemoveAsync(task.Id, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask SendAsync(PreparedTask task, CancellationToken cancellationToken)
    {
        try
        {
            _ = await tasks.SendPreparedAsync(task, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception) when (exception.Code == ErrorCodes.BadPreparedTask)
        {
            // It can never be sent, and would keep all behind it waiting.
            LogUnsendable(logger, task.Id, exception);
        }
    }

    [LoggerMessage(2033, LogLevel.Error, "Outbox entry {Id} is no prepared task; it is removed")]
    private static partial void LogUnsendable(ILogger logger, string id, Exception exception);
}
