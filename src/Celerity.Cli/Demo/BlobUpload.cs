using Azure.Storage.Blobs.Specialized;

namespace Celerity.Cli.Demo;

/// <summary>Puts the beginning of a file into a blob, in blocks that travel side by side.</summary>
internal static class BlobUpload
{
    private const int BlockBytes = 8 * 1024 * 1024;
    private const int BlocksAtOnce = 4;

    public static async Task FirstBytesAsync(string path, long length, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        var blocks = Enumerable.Range(0, (int)((length + BlockBytes - 1) / BlockBytes)).ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = BlocksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blocks, options, async (block, token) =>
        {
            var offset = (long)block * BlockBytes;
            var content = new byte[Math.Min(BlockBytes, length - offset)];
            await RandomAccess.ReadAsync(file, content, offset, token);
            await blob.StageBlockAsync(Id(block), new MemoryStream(content), cancellationToken: token);
        });
        await blob.CommitBlockListAsync(blocks.Select(Id), cancellationToken: cancellationToken);
    }

    private static string Id(int block) => Convert.ToBase64String(BitConverter.GetBytes(block));
}
