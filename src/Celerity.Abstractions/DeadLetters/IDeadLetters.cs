namespace Celerity;

/// <summary>Finds dead letters, replays and purges them. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// Letters are kept for <c>Celerity:DeadLetters:RetentionDays</c>, 30 by default. The figures of groups in lists are at most two minutes old. Each action is
/// kept in the audit. An action on many letters is stored, and carried out by an orchestration that begins within a minute and survives whatever is killed.
/// </remarks>
public interface IDeadLetters
{
    /// <summary>Lists groups by how much they hurt: severity (1, 3, 10 or 30) times how many wait, then the newest.</summary>
    /// <param name="filter">Which; its queue, run, state and times are not looked at. <see langword="null"/> for all.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0308: the limit is out of its range.</exception>
    Task<DeadLetterGroupPage> ListGroupsAsync(DeadLetterFilter? filter = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Lists letters, group by group, the newest first in each, by at most 20 requests a page.</summary>
    /// <param name="filter">Which; <see langword="null"/> for all.</param>
    /// <param name="after">Where to go on: <see cref="DeadLetterPage.Next"/> of the page before.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0308: the limit is out of its range, or the cursor is none.</exception>
    Task<DeadLetterPage> ListAsync(DeadLetterFilter? filter = null, string? after = null, int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Finds one letter, whole.</summary>
    /// <param name="id">Its id, or that of a task whose last end it is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replays one letter, whatever has become of it but for an earlier replay, and says as which task. A chunk's run is started again: as a generation that
    /// runs that chunk, and takes all others over.
    /// </summary>
    /// <param name="id">The letter's id, or its task's.</param>
    /// <param name="options">How.</param>
    /// <param name="note">Who does it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be replayed all the same: asked again it gives the same task.</param>
    /// <returns>The action; its <see cref="DeadLetterAction.TaskId"/> is the new task, or the chunk in the new generation.</returns>
    /// <exception cref="CelerityException">
    /// CEL0340: there is no such letter; CEL0341: it cannot be replayed; CEL0345: it is a chunk, whose run is at work; CEL0202: the payload does not fit the task.
    /// </exception>
    Task<DeadLetterAction> ReplayAsync(string id, ReplayOptions options, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Says what a replay of many would do, by a look at up to 5,000 letters.</summary>
    /// <param name="filter">Which; of these the open ones.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0342: the options cannot be, such as a canary larger than the set.</exception>
    Task<DeadLetterPreview> PreviewReplayAsync(DeadLetterFilter filter, ReplayOptions options, CancellationToken cancellationToken = default);

    /// <summary>Replays many. Of a run with chunks among them all that failed is run again, as one generation; a run at work is passed over.</summary>
    /// <param name="filter">Which; of these the open ones.</param>
    /// <param name="options">How.</param>
    /// <param name="note">Who does it, and why.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The action, to be looked at by <see cref="FindActionAsync"/>.</returns>
    /// <exception cref="CelerityException">CEL0342: the options cannot be, such as a canary larger than the set.</exception>
    Task<DeadLetterAction> ReplayAsync(DeadLetterFilter filter, ReplayOptions options, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Says what a purge would delete, by a look at up to 5,000 letters.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<DeadLetterPreview> PreviewPurgeAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Deletes many for good.</summary>
    /// <param name="filter">Which. One that ended after this call is not among them.</param>
    /// <param name="note">Who does it, and why.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The action, to be looked at by <see cref="FindActionAsync"/>.</returns>
    Task<DeadLetterAction> PurgeAsync(DeadLetterFilter filter, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Finds an action; <see langword="null"/> where there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<DeadLetterAction?> FindActionAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lists actions, the newest first.</summary>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<DeadLetterAction>> ListActionsAsync(int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Stops an action after the letters that it is at; what it has done stays done.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="note">Who does it, and why.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns><see langword="false"/> where it has ended.</returns>
    /// <exception cref="CelerityException">CEL0343: there is no such action.</exception>
    Task<bool> CancelActionAsync(string id, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Writes letters as they are kept, one at a time: what <see cref="ImportAsync"/> reads.</summary>
    /// <param name="filter">Which; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    IAsyncEnumerable<DeadLetter> ExportAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Keeps letters that were exported, here or elsewhere. What is there already stays as it is.</summary>
    /// <param name="letters">The letters, each with its <see cref="DeadLetter.Message"/>.</param>
    /// <param name="cancellationToken">Stops it; what was kept stays.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="CelerityException">CEL0344: one of them is no letter; those before it are kept.</exception>
    Task<long> ImportAsync(IAsyncEnumerable<DeadLetter> letters, CancellationToken cancellationToken = default);
}
