using Celerity.Storage;
using Celerity.Tracing;

namespace Celerity.Stages.Slices;

/// <summary>
/// One pass over a delivered message of the chunks queue. Each step may be the last before a crash: what is stored is looked up by the
/// next delivery, which goes on from there, and nothing is deleted before its outcome is stored.
/// </summary>
internal sealed class SliceExecutor(
    SliceGate gate, StageRegistry stages, SlicePass slicePass, ChunkPass chunkPass, RunWatch runWatch)
{
    public async ValueTask RunAsync(QueueItem item, IStageSignal signal, CancellationToken cancellationToken)
    {
        if (await gate.AdmitAsync(item, askNow: false, cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return;
        }

        var cancellation = runWatch.Begin(message.Run, message.Generation, cancellationToken);
        await using (cancellation.ConfigureAwait(false))
        {
            using var span = EngineTracing.StartSlice(message);
            try
            {
                var stage = stages.Find(message.Name) ?? new UnknownStage(message.Name);
                var isComplete = message.IsSlice()
                    ? await slicePass.RunAsync(message, item, stage, cancellation.Token).ConfigureAwait(false)
                    : await chunkPass.RunAsync(message, item, stage, cancellation.Token).ConfigureAwait(false);
                if (isComplete)
                {
                    await signal.RaiseAsync(message.Key(), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsRunClosed)
            {
                // The run was cancelled, or others have ended it: its slices are dropped, but not the letters of what this pass has written down as dead.
                // A storage client that gives up by itself throws the same exception.
                await gate.TellDeadAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
