using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.TestKit.Faults;

/// <summary>Blobs whose calls go through a <see cref="FaultPlan"/>.</summary>
internal sealed class FaultyBlobStore(IBlobStore inner, FaultPlan plan) : IBlobStore
{
    public ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.Find {container}", () => inner.FindAsync(container, name, cancellationToken));

    public ValueTask<Stream> OpenReadAsync(
        string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.OpenRead {container}", () => inner.OpenReadAsync(container, name, offset, length, etag, cancellationToken));

    public ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.Write {container}", () => inner.WriteAsync(container, name, content, cancellationToken));

    public ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.TryWriteNew {container}", () => inner.TryWriteNewAsync(container, name, content, cancellationToken));

    public ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.WriteBlock {container}", () => inner.WriteBlockAsync(container, name, block, content, cancellationToken));

    public ValueTask<bool> TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.TryCommit {container}", () => inner.TryCommitAsync(container, name, blocks, owner, etag, cancellationToken));

    public async IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = plan.Enter($"blob.List {container}");
        try
        {
            await foreach (var item in inner.ListAsync(container, prefix, cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            plan.Leave(call);
        }
    }

    public ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken) =>
        plan.RunAsync($"blob.TryDelete {container}", () => inner.TryDeleteAsync(container, name, cancellationToken));
}
