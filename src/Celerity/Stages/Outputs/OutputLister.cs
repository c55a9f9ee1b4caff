using System.Security.Cryptography;
using System.Text;
using Celerity.Stages.Ledger;

namespace Celerity.Stages.Outputs;

/// <summary>
/// Lists what a stage wrote, once every chunk has ended: page by page, in steps with a cursor. The list is a function of the ledger, so a step that is made again
/// writes the same, and so does a generation that took all over.
/// </summary>
internal sealed class OutputLister(StageLedger ledger, OutputList list, StageRegistry stages, StageOptions options, TimeProvider time)
{
    public async ValueTask<ListStep> StepAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        try
        {
            var form = stages.Get(plan.Name).Form!;
            var pages = await ledger.ReadRootAsync(plan.Key, plan.Layout, cancellationToken).ConfigureAwait(false);
            var started = time.GetTimestamp();
            for (var page = request.Page; page < plan.Layout.PageCount; page++)
            {
                if (page > request.Page && time.GetElapsedTime(started) >= options.CombineStep)
                {
                    return new ListStep { Next = request with { Page = page } };
                }

                var content = await ReadAsync(plan.Key with { Generation = pages[page].Generation }, page, form, plan.Name, cancellationToken).ConfigureAwait(false);
                await list.WritePageAsync(plan.Key, page, content, cancellationToken).ConfigureAwait(false);
                request = request with { OutputHash = Hash(request.OutputHash, content.Output), RejectsHash = Hash(request.RejectsHash, content.Rejects) };
            }

            var head = new OutputHead(
                form.Format,
                form.Names,
                [.. form.Columns.Select(column => column.KeptType.FullName!)],
                plan.Layout.PageCount,
                plan.Layout.ChunksPerPage,
                new OutputName(plan.Key, IsRejects: false, Hash(request.OutputHash, [])).ToString(),
                new OutputName(plan.Key, IsRejects: true, Hash(request.RejectsHash, [])).ToString());
            await list.WriteHeadAsync(plan.Key, head, cancellationToken).ConfigureAwait(false);
            return new ListStep { Head = head };
        }
        catch (CelerityException exception)
        {
            return new ListStep { Fault = StageFault.From(exception) };
        }
    }

    private async ValueTask<OutputPage> ReadAsync(StageKey key, int page, OutputForm form, string name, CancellationToken cancellationToken)
    {
        var ends = await ledger.ReadOutputsAsync(key, page, cancellationToken).ConfigureAwait(false);
        return ends.Find(end => end.Output is { } output && output.Mark != form.Mark) is { } other
            ? throw new CelerityException(
                ErrorCodes.OutputFormChanged, $"Chunk {other.Chunk} of {key} was written by another version of {name}, in another format or with other columns. Restart the run from stage {key.Stage}.")
            : new OutputPage(OutputRun.Of(ends.Select(end => (end.Chunk, end.Output))), OutputRun.Of(ends.Select(end => (end.Chunk, end.Rejects))));
    }

    // Of page after page, so that it does not depend on where a step ended.
    private static string Hash(string before, IReadOnlyList<OutputRun> runs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before + CelerityJson.Write(runs))).AsSpan(0, 16));
}
