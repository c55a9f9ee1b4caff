namespace Celerity;

/// <summary>Sends tasks that belong together: groups, chords and chains. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// Tasks are objects whose type is marked with <see cref="CelerityTaskAttribute"/>, or <see cref="NamedTask"/>s. A child of a group may also be
/// a <see cref="TaskChain"/>. What was accepted is sent whole, and its callback is sent once, whatever crashes in between; like any task it
/// may run more than once.
/// </remarks>
public interface ITaskGroups
{
    /// <summary>Sends tasks as a group: the end of the last one ends the group.</summary>
    /// <param name="tasks">1 to 100,000 tasks.</param>
    /// <param name="options">What to tolerate, and whom to tell; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait. The group may have been accepted all the same.</param>
    /// <returns>The group's id.</returns>
    /// <exception cref="CelerityException">
    /// CEL0220: the group is empty, too large, or a member is no task; CEL0203: a task is too large; CEL0280: a link on a queue that takes any message is
    /// followed by one on a queue that takes signed messages only. Nothing was sent.
    /// </exception>
    Task<string> GroupAsync(IEnumerable<object> tasks, GroupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends tasks as a group, and a callback when all have ended and no more have failed than the options tolerate.</summary>
    /// <param name="tasks">1 to 100,000 tasks.</param>
    /// <param name="callback">
    /// The task to send then. Its payload's <c>results</c> becomes the array of the results, in the order of <paramref name="tasks"/>;
    /// <c>null</c> for a task that has none.
    /// </param>
    /// <param name="options">What to tolerate, and whom to tell otherwise; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait. The group may have been accepted all the same.</param>
    /// <returns>The group's id.</returns>
    /// <exception cref="CelerityException">As <see cref="GroupAsync"/>.</exception>
    Task<string> ChordAsync(
        IEnumerable<object> tasks, object callback, GroupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends the first of several tasks; each success sends the next, until one does not succeed.</summary>
    /// <param name="tasks">1 to 100 tasks. The payload's <c>previous</c> of each but the first becomes the result of the one before it.</param>
    /// <param name="onError">The task to send where one fails; its payload's <c>failure</c> tells which and why. <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait. The chain may have been accepted all the same.</param>
    /// <returns>The ids of all tasks, in order: those of the later ones follow from the first.</returns>
    /// <exception cref="CelerityException">As <see cref="GroupAsync"/>. All links travel in each message: 48 KiB in all.</exception>
    Task<IReadOnlyList<string>> ChainAsync(
        IReadOnlyList<object> tasks, object? onError = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a group. One request, and one for each page of 256 tasks that is not yet full, 16 at most.</summary>
    /// <param name="id">The group's id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The group, or <see langword="null"/> where there is none.</returns>
    Task<GroupRecord?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Waits for a group's end and reads its results, in the order of its tasks.</summary>
    /// <typeparam name="TResult">What each result is read into.</typeparam>
    /// <param name="id">The group's id.</param>
    /// <param name="timeout">0 and up: how long to wait at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>One result a task; the type's default where it has none, or failed within the tolerance.</returns>
    /// <exception cref="CelerityException">
    /// CEL0221: there is no such group; CEL0222: it has not ended in time; CEL0223: more failed than it tolerates; CEL0214: a result does not fit.
    /// </exception>
    Task<IReadOnlyList<TResult?>> GetResultsAsync<TResult>(string id, TimeSpan timeout, CancellationToken cancellationToken = default);
}
