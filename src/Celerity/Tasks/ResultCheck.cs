using Celerity.Retry;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tasks;

/// <summary>Asks the app's validators about a result, before it is stored.</summary>
internal static class ResultCheck
{
    /// <exception cref="ResultRefusedException">CEL0215: a validator refuses it.</exception>
    public static async ValueTask RunAsync<TTask, TResult>(
        IServiceProvider scope, string name, TTask task, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is not { Kind: TaskOutcomeKind.Completed, Result: { } result })
        {
            return;
        }

        foreach (var validator in scope.GetServices<IResultValidator<TTask, TResult>>())
        {
            // TaskOutcome.CompletedWith takes anything; what nobody can judge is not let through.
            var verdict = result is TResult typed
                ? await validator.ValidateAsync(task, typed, cancellationToken).ConfigureAwait(false)
                : ResultVerdict.Refused($"it is a {result.GetType()}, not a {typeof(TResult)}");
            if (verdict.Reason is { } reason)
            {
                throw new ResultRefusedException(
                    $"The result of '{name}' was refused by {validator.GetType().FullName}: {reason}", new Failure(verdict.Category, verdict.RetryAfter));
            }
        }
    }
}

/// <summary>A validator has refused a result. Its word counts, not the rules for exceptions.</summary>
internal sealed class ResultRefusedException(string message, Failure failure) : CelerityException(ErrorCodes.ResultRefused, message)
{
    public Failure Failure { get; } = failure;
}
