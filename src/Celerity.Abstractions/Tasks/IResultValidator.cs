namespace Celerity;

/// <summary>Judges the results of a task before they are stored. Made anew in the attempt's scope, like the handler.</summary>
/// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
/// <typeparam name="TResult">The result of the task's <see cref="ITaskHandler{TTask, TResult}"/>, this very type.</typeparam>
/// <remarks>
/// Found in the app's assembly, or added by <c>AddCelerity().AddResultValidator&lt;T&gt;()</c>. Of several all are asked until one refuses. A task
/// that completes without a result has nothing to be judged. It runs as often as the handler, and within the same time limit.
/// </remarks>
public interface IResultValidator<in TTask, in TResult>
{
    /// <summary>Judges one result.</summary>
    /// <param name="task">The payload.</param>
    /// <param name="result">What the handler returned, not null.</param>
    /// <param name="cancellationToken">Fires when the handler's own does.</param>
    /// <returns>Whether it may be stored. An exception is a failure of the attempt, classified as one of the handler's.</returns>
    ValueTask<ResultVerdict> ValidateAsync(TTask task, TResult result, CancellationToken cancellationToken);
}
