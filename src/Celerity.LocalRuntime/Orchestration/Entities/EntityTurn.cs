using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>What an entity does with the messages that it was claimed with.</summary>
/// <param name="Operations">The operations to run, in order.</param>
/// <param name="Consumed">The messages that are done with when the operations have run; the others wait for a lock.</param>
/// <param name="Released">The lock that ends, or <see langword="null"/>.</param>
/// <param name="Granted">The lock that begins, or <see langword="null"/>.</param>
internal sealed record EntityTurn(
    IReadOnlyList<OperationRequested> Operations, IReadOnlyList<long> Consumed, string? Released, LockRequested? Granted)
{
    public static EntityTurn Of(ClaimedEntity claim)
    {
        var (operations, consumed) = (new List<OperationRequested>(), new List<long>());
        var (held, released, granted) = (claim.Row.LockId, (string?)null, (LockRequested?)null);
        foreach (var (sequence, message) in claim.Inbox)
        {
            if (held is not null && message.LockId != held)
            {
                continue;
            }

            consumed.Add(sequence);
            switch (message)
            {
                case OperationRequested operation:
                    operations.Add(operation);
                    break;
                case LockRequested request:
                    (held, granted) = (request.LockId, request);
                    break;

                // A release of another lock comes from an execution whose end has released it already.
                case LockReleased when message.LockId == held:
                    (held, released) = (null, held);
                    break;
            }
        }

        return new EntityTurn(operations, consumed, released, granted);
    }
}
