using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Celerity.Storage;

namespace Celerity.AzureStorage;

/// <summary>Azure block blobs. Translates, decides nothing.</summary>
internal sealed class AzureBlobStore(StorageClients clients) : IBlobStore
{
    private const string OwnerKey = "celerityowner";

    // As much as the service takes in one request for a small blob; beyond, the client cuts it into blocks.
    private static readonly StorageTransferOptions OneRequest = new()
    {
        InitialTransferSize = 256 * 1024 * 1024,
        MaximumTransferSize = 64 * 1024 * 1024,
    };

    // 4 MiB times the 50,000 blocks that a blob may have are 195 GiB; one after the other, so that one buffer is held.
    private static readonly StorageTransferOptions InBlocks = new()
    {
        InitialTransferSize = 4 * 1024 * 1024,
        MaximumTransferSize = 4 * 1024 * 1024,
        MaximumConcurrency = 1,
    };

    private readonly ConcurrentDictionary<string, BlobContainerClient> _containers = new(StringComparer.Ordinal);

    public async ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            var response = await Blob(container, name).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return new BlobFacts(response.Value.ContentLength, response.Value.ETag.ToString())
            {
                Owner = response.Value.Metadata.TryGetValue(OwnerKey, out var owner) ? owner : null,
            };
        }
        catch (RequestFailedException exception) when (BlobFaults.IsGone(exception))
        {
            return null;
        }
    }

    public async ValueTask<Stream> OpenReadAsync(
        string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        var options = new BlobDownloadOptions
        {
            // A range cannot say "nothing": one byte is asked for, so that a missing blob is still found out, and is not read.
            Range = new HttpRange(offset, length is 0 ? 1 : length),
            Conditions = etag is null ? null : new BlobRequestConditions { IfMatch = new ETag(etag) },
        };
        try
        {
            var response = await Blob(container, name).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
            var content = new BlobContentStream(response.Value.Content, container, name);
            if (length is not 0)
            {
                return content;
            }

            await content.DisposeAsync().ConfigureAwait(false);
            return Stream.Null;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return Stream.Null;
        }
        catch (RequestFailedException exception) when (BlobFaults.IsGoneOrChanged(exception))
        {
            throw new BlobGoneException(container, name);
        }
    }

    public async ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await Blob(container, name)
            .UploadAsync(new BinaryData(content), new BlobUploadOptions { TransferOptions = OneRequest }, cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var options = new BlobUploadOptions { TransferOptions = InBlocks, Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        try
        {
            await Blob(container, name).UploadAsync(content, options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return false;
        }
    }

    public async ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _ = MemoryMarshal.TryGetArray(content, out var bytes);
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        try
        {
            await Blocks(container, name).StageBlockAsync(BlockId(block), stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (BlobFaults.IsGone(exception))
        {
            throw new BlobGoneException(container, name);
        }
    }

    public async ValueTask<bool> TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken)
    {
        var options = new CommitBlockListOptions
        {
            Metadata = owner is null ? null : new Dictionary<string, string> { [OwnerKey] = owner },
            Conditions = etag is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = new ETag(etag) },
        };
        try
        {
            await Blocks(container, name).CommitBlockListAsync(blocks.Select(BlockId), options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (
            exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.InvalidBlockList || BlobFaults.IsGoneOrChanged(exception))
        {
            return false;
        }
    }

    public async IAsyncEnumerable<Celerity.Storage.BlobItem> ListAsync(
        string container, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = Container(container).GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await MoveNextAsync(pages).ConfigureAwait(false))
            {
                var properties = pages.Current.Properties;

                // In a list the version stands without its quotes.
                yield return new Celerity.Storage.BlobItem(pages.Current.Name, properties.ContentLength ?? 0, properties.ETag!.Value.ToString("H"));
            }
        }
    }

    public async ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(container, name).DeleteAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (BlobFaults.IsGone(exception))
        {
            return false;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<Azure.Storage.Blobs.Models.BlobItem> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (BlobFaults.IsGone(exception))
        {
            return false;
        }
    }

    private BlobContainerClient Container(string container) => _containers.GetOrAdd(container, clients.Blobs.GetBlobContainerClient);

    private static string BlockId(string block) => Convert.ToBase64String(Encoding.ASCII.GetBytes(block));

    private BlockBlobClient Blocks(string container, string name) => Container(container).GetBlockBlobClient(name);

    private BlobClient Blob(string container, string name) => Container(container).GetBlobClient(name);
}
