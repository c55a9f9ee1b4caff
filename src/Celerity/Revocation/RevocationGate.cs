using Celerity.Tasks;

namespace Celerity.Revocation;

/// <summary>Ends revoked tasks before they run.</summary>
internal sealed class RevocationGate(Revocations revocations) : ITaskGate
{
    public async ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken) =>
        await revocations.FindAsync(pass, cancellationToken).ConfigureAwait(false) is { } reason ? TaskVerdict.Revoked(reason) : null;
}
