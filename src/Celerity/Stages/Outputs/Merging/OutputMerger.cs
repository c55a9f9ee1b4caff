using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Celerity.Runs;
using Celerity.Storage;

namespace Celerity.Stages.Outputs.Merging;

/// <summary>
/// Makes one file of what a stage wrote, in chunk order, in steps with a cursor. It is written in blocks and becomes visible whole, at the end, over nothing but what the
/// same run wrote there before. Where a block ends follows from the list alone, so a step that is made again, or by two at once, writes the same blocks.
/// </summary>
internal sealed partial class OutputMerger(
    IBlobStore blobs, OutputList list, RunGate gate, StageOptions options, TimeProvider time)
{
    private const int MaxBlobLength = 1024;

    public async ValueTask<MergeStep> StepAsync(MergeRequest request, CancellationToken cancellationToken)
    {
        if (!await gate.IsOpenAsync(request.Run, request.Generation, cancellationToken).ConfigureAwait(false))
        {
            return new MergeStep { Fault = StageFault.Cancelled };
        }

        try
        {
            var name = OutputName.Parse(request.Source);
            CheckTarget(request);
            var head = await list.ReadHeadAsync(name, cancellationToken).ConfigureAwait(false);
            var found = await blobs.FindAsync(request.Container, request.Blob, cancellationToken).ConfigureAwait(false);
            if (FindDone(request, name, found) is { } done)
            {
                return new MergeStep { End = done };
            }

            var cursor = request.Cursor ?? new MergeCursor(EnsureOwn(request, found)?.ETag);
            return head.FormatOf(name) == DatasetFormat.Parquet
                ? await MergeRowsAsync(request, name, head, cursor, cancellationToken).ConfigureAwait(false)
                : await MergeTextAsync(request, name, head, cursor, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception)
        {
            return new MergeStep { Fault = StageFault.From(exception) };
        }
        catch (BlobGoneException exception)
        {
            return new MergeStep { Fault = new StageFault(ErrorCodes.DatasetMissing, $"{exception.Message} Create the container '{request.Container}', or start a new run where the output is gone.") };
        }
    }

    private static string OwnerOf(MergeRequest request, OutputName name) => $"{request.Run}/{name.Version}/";

    private static string PrefixOf(MergeRequest request, OutputName name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OwnerOf(request, name))).AsSpan(0, 8));

    private static void CheckTarget(MergeRequest request)
    {
        if (request.Container is not { Length: >= 3 and <= 63 } || !ContainerName().IsMatch(request.Container) || StorageNames.Containers.Contains(request.Container))
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, "The container to merge into must have 3 to 63 lower-case letters, digits and single hyphens, and be none of Celerity's own.");
        }

        if (request.Blob is not { Length: > 0 and <= MaxBlobLength })
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"The blob to merge into must have a name of 1 to {MaxBlobLength:N0} characters.");
        }
    }

    // The file that is there was made of this very output: by a try of the last step whose reply was lost, or by an earlier generation.
    private static MergedFile? FindDone(MergeRequest request, OutputName name, BlobFacts? found) =>
        found?.Owner is { } owner && owner.StartsWith(OwnerOf(request, name), StringComparison.Ordinal)
        && long.TryParse(owner.AsSpan(OwnerOf(request, name).Length), NumberStyles.None, CultureInfo.InvariantCulture, out var records)
            ? new MergedFile(request.Container, request.Blob, found.Length, records)
            : null;

    private static BlobFacts? EnsureOwn(MergeRequest request, BlobFacts? found) =>
        found is null || found.Owner?.StartsWith($"{request.Run}/", StringComparison.Ordinal) == true
            ? found
            : throw new CelerityException(
                ErrorCodes.MergeTargetTaken, $"The blob '{request.Container}/{request.Blob}' is there, and this run has not written it. Remove it, or merge into another.");

    private BlockStream OpenBlocks(MergeRequest request, OutputName name, MergeCursor cursor) =>
        new(blobs, request.Container, request.Blob, PrefixOf(request, name), cursor.Blocks, cursor.Bytes);

    private async ValueTask<MergeStep> MergeTextAsync(MergeRequest request, OutputName name, OutputHead head, MergeCursor cursor, CancellationToken cancellationToken)
    {
        var copy = new PageCopy(blobs, name, head);
        var file = OpenBlocks(request, name, cursor);
        if (cursor.Page == 0)
        {
            copy.Begin(file);
        }

        var started = time.GetTimestamp();
        var first = cursor.Page;
        while (cursor.Page < head.Pages)
        {
            if (cursor.Page > first && time.GetElapsedTime(started) >= options.CombineStep)
            {
                return new MergeStep { Next = cursor };
            }

            var runs = (await list.ReadPageAsync(name.Key, cursor.Page, cancellationToken).ConfigureAwait(false)).Of(name);
            await copy.CopyAsync(runs, file, () => file.FlushBlocksAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            cursor = await EndPageAsync(file, cursor, runs, cancellationToken).ConfigureAwait(false);
        }

        await file.FlushAllAsync(cancellationToken).ConfigureAwait(false);
        return await CommitAsync(request, name, file, cursor, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<MergeStep> MergeRowsAsync(MergeRequest request, OutputName name, OutputHead head, MergeCursor cursor, CancellationToken cancellationToken)
    {
        var copy = new PageCopy(blobs, name, head);
        var file = OpenBlocks(request, name, cursor);
        var rows = new RowsMerge(head);
        await using (rows.ConfigureAwait(false))
        {
            Stream whole = cursor.Page == 0 ? file : new AppendStream(await ReadFooterAsync(request, name, cursor, cancellationToken).ConfigureAwait(false), file);
            await rows.OpenAsync(whole, goesOn: cursor.Page > 0, cancellationToken).ConfigureAwait(false);
            var started = time.GetTimestamp();
            var first = cursor.Page;
            while (cursor.Page < head.Pages && (cursor.Page == first || time.GetElapsedTime(started) < options.CombineStep))
            {
                var runs = (await list.ReadPageAsync(name.Key, cursor.Page, cancellationToken).ConfigureAwait(false)).Of(name);
                await copy.CopyAsync(runs, rows, () => file.FlushBlocksAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                cursor = await EndPageAsync(file, cursor, runs, cancellationToken).ConfigureAwait(false);
            }
        }

        // The writer has ended the file. Where it goes on, its end is kept until then.
        if (cursor.Page < head.Pages)
        {
            await blobs.WriteAsync(StorageNames.ManifestsContainer, FooterOf(request, name, cursor), file.TakeHeld(), cancellationToken).ConfigureAwait(false);
            return new MergeStep { Next = cursor };
        }

        await file.FlushAllAsync(cancellationToken).ConfigureAwait(false);
        return await CommitAsync(request, name, file, cursor, cancellationToken).ConfigureAwait(false);
    }

    private static string FooterOf(MergeRequest request, OutputName name, MergeCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{request.Run}/merges/{PrefixOf(request, name)}-{cursor.Page:D6}.footer");

    private async ValueTask<byte[]> ReadFooterAsync(MergeRequest request, OutputName name, MergeCursor cursor, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenReadAsync(
            StorageNames.ManifestsContainer, FooterOf(request, name, cursor), 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var footer = new MemoryStream();
            await stream.CopyToAsync(footer, cancellationToken).ConfigureAwait(false);
            return footer.ToArray();
        }
    }

    // Every page ends a block, whether a step ends there or not.
    private static async ValueTask<MergeCursor> EndPageAsync(BlockStream file, MergeCursor cursor, IReadOnlyList<OutputRun> runs, CancellationToken cancellationToken)
    {
        await file.FlushAllAsync(cancellationToken).ConfigureAwait(false);
        if (file.Blocks >= BlockStream.MaxBlocks)
        {
            throw new CelerityException(ErrorCodes.MergeTooLarge, $"The output has more than the {BlockStream.MaxBlocks:N0} blocks of 4 MiB that one blob can have. Read it as it is, or write less.");
        }

        return cursor with
        {
            Page = cursor.Page + 1,
            Blocks = file.Blocks,
            Bytes = file.Length,
            Records = cursor.Records + runs.Sum(run => run.Pieces.Sum(piece => (long)piece.Records)),
        };
    }

    private async ValueTask<MergeStep> CommitAsync(MergeRequest request, OutputName name, BlockStream file, MergeCursor cursor, CancellationToken cancellationToken)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $"{OwnerOf(request, name)}{cursor.Records}");
        if (await file.TryCommitAsync(owner, cursor.ETag, cancellationToken).ConfigureAwait(false))
        {
            return new MergeStep { End = new MergedFile(request.Container, request.Blob, file.Length, cursor.Records) };
        }

        // Refused: the reply to our own was lost, or another has written there since.
        var found = await blobs.FindAsync(request.Container, request.Blob, cancellationToken).ConfigureAwait(false);
        return FindDone(request, name, found) is { } done
            ? new MergeStep { End = done }
            : throw new CelerityException(
                ErrorCodes.MergeTargetTaken, $"The blob '{request.Container}/{request.Blob}' was written by another while this run merged into it. Merge into another.");
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ContainerName();
}
