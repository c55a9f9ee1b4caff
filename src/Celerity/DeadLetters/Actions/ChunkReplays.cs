using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;

namespace Celerity.DeadLetters.Actions;

/// <summary>
/// Replays chunks: their run is started again, as a generation that takes all other chunks over. One letter repeats its chunk alone; a replay of many
/// repeats all that failed of each run it comes to, once.
/// </summary>
internal sealed class ChunkReplays(RunStore runs, RunRestarts restarts, StageLedger ledger)
{
    /// <summary>Checks that a chunk can be run again.</summary>
    /// <exception cref="CelerityException">CEL0341: it cannot be replayed; CEL0345: its run is at work.</exception>
    public async ValueTask CheckAsync(DeadLetter letter, bool hasPayload, CancellationToken cancellationToken)
    {
        if (hasPayload)
        {
            throw NotReplayable(letter, "it is a chunk, which has no payload to change");
        }

        var found = (await FindAsync(letter, command: null, cancellationToken).ConfigureAwait(false)).Details;
        RunRestarts.RequireEnd(found.Run);
    }

    /// <summary>Has a chunk run again.</summary>
    /// <param name="action">The action.</param>
    /// <param name="letter">The chunk's letter.</param>
    /// <param name="made">The generations that this step of the action has made sure of, by run.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The id under which it runs. Asked again by the same action, it is the same.</returns>
    /// <exception cref="CelerityException">CEL0341: it cannot be replayed; CEL0345: its run is at work.</exception>
    public async ValueTask<string> ReplayAsync(
        ActionRow action, DeadLetter letter, Dictionary<string, RunGeneration> made, CancellationToken cancellationToken)
    {
        var (details, was, chunk) = await FindAsync(letter, action.Id, cancellationToken).ConfigureAwait(false);
        var restart = action.Letter is null ? RunRestart.Failed : new RunRestart(RestartKind.Chunk, was.Stage, chunk);
        if (!made.TryGetValue(was.Run, out var generation))
        {
            // Also where it is there: who made it may have died before its note.
            made[was.Run] = generation = await restarts.RestartAsync(
                was.Run, restart, action.Id, new ActionNote(action.Who, action.Why), cancellationToken, after: details.Run.Generation).ConfigureAwait(false);
        }

        return (was with { Generation = generation.Number }).ChunkId(chunk);
    }

    /// <summary>Looks whether a chunk that runs again has ended.</summary>
    /// <returns>Whether it has, and why it failed if it did.</returns>
    public async ValueTask<(bool HasEnded, string? Failure)> LookAsync(StageKey key, int chunk, CancellationToken cancellationToken)
    {
        if (await runs.FindWithStagesAsync(key.Run, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return (true, "its run is gone");
        }

        var stage = found.Stages.FirstOrDefault(stage => stage.Key == key);
        if (stage is not null && await FindEndAsync(stage, chunk, cancellationToken).ConfigureAwait(false) is { End: var end })
        {
            return (true, end.IsDead ? end.Reason : null);
        }

        return found.Run.Generation > key.Generation || found.Run.State.IsEnd()
            ? (true, $"its run ended ({found.Run.State}) and had not come to it")
            : (false, null);
    }

    private async ValueTask<(RunDetails Details, StageKey Was, int Chunk)> FindAsync(DeadLetter letter, string? command, CancellationToken cancellationToken)
    {
        if (StageKey.TryParseChunk(letter.SubjectId) is not var (was, chunk))
        {
            throw NotReplayable(letter, "its id is no chunk's");
        }

        var details = await runs.FindWithStagesAsync(was.Run, cancellationToken).ConfigureAwait(false) ?? throw NotReplayable(letter, $"its run {was.Run} is gone");

        // It must be among what the run's latest generation left dead: a later one may have taken it over, or have run it again.
        var next = was with { Generation = (command is null ? null : details.FindGeneration(command)?.Number) ?? details.Run.Generation + 1 };
        var found = details.FindBefore(next) is { } stage ? await FindEndAsync(stage, chunk, cancellationToken).ConfigureAwait(false) : null;
        return found is { End.IsDead: true } && found.Value.Generation == was.Generation
            ? (details, was, chunk)
            : throw NotReplayable(letter, $"its run {was.Run} is at generation {details.Run.Generation}, which has gone on without it");
    }

    // The row of a chunk, and the generation that ran it.
    private async ValueTask<(ChunkEnd End, int Generation)?> FindEndAsync(StageRecord stage, int chunk, CancellationToken cancellationToken)
    {
        if (chunk >= stage.Layout.ChunkCount)
        {
            return null;
        }

        var pages = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
        var generation = pages.TryGetValue(stage.Layout.PageOf(chunk), out var page) ? page.Generation : stage.Key.Generation;
        var ends = await ledger.FindAsync(stage.Key with { Generation = generation }, stage.Layout, chunk, chunk, cancellationToken).ConfigureAwait(false);
        return ends is [var end] ? (end, end.Generation > 0 ? end.Generation : generation) : null;
    }

    private static CelerityException NotReplayable(DeadLetter letter, string why) =>
        new(ErrorCodes.NotReplayable, $"The letter {letter.Id} cannot be replayed: {why}.");
}
