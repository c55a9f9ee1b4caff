using Celerity.Maintenance;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Sending;

/// <summary>Goes on with the sends that were interrupted, as their notes tell.</summary>
internal sealed partial class SendSweep(
    SendNotes notes, ReservedSends reserved, OrderedSends ordered, TimeProvider time, ILogger<SendSweep> logger) : IMaintenanceStep
{
    // A note comes before the row. A sender that has stored none for so long is dead, and its caller knows of no send.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var note in notes.FindOldAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await SendAsync(note, cancellationToken).ConfigureAwait(false))
                {
                    await notes.RemoveAsync(note, cancellationToken).ConfigureAwait(false);
                }
            }
#pragma warning disable CA1031 // The loop's edge: one send must not keep the others waiting; its note stays.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotSent(logger, note.Id, exception);
            }
        }
    }

    private async ValueTask<bool> SendAsync(SendNote note, CancellationToken cancellationToken)
    {
        if (note.OrderPartition is { } line)
        {
            return await ordered.SendHeadAsync(line, note.Id, cancellationToken).ConfigureAwait(false) || IsAbandoned(note);
        }

        if (await reserved.FindAsync(note.Id, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return IsAbandoned(note);
        }

        if (row.State == SendRow.Reserved)
        {
            await reserved.SendStoredAsync(row, isFirst: false, cancellationToken).ConfigureAwait(false);
            LogSent(logger, row.Task, row.Id);
        }

        return true;
    }

    private bool IsAbandoned(SendNote note) => note.At < time.GetUtcNow() - Abandoned;

    [LoggerMessage(2031, LogLevel.Information, "Task {Task} {Id} was sent: its sender had been interrupted")]
    private static partial void LogSent(ILogger logger, string task, string id);

    [LoggerMessage(2032, LogLevel.Warning, "Task {Id} could not be sent after its sender was interrupted; it is tried again in a minute")]
    private static partial void LogNotSent(ILogger logger, string id, Exception exception);
}
