using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead purge</c>.</summary>
internal sealed class DeadPurgeCommand : DeadChangeCommand
{
    public DeadPurgeCommand(AppOptions app, HttpMessageHandler? handler)
        : base("purge", "Delete dead letters for good: all that fit.", app, handler) =>
        SetAction(async (parsed, cancellationToken) =>
        {
            var filter = Query.Read(parsed);
            if (filter.Count == 0)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("Say which: an option such as --group or --before. See `celerity dead purge --help`.");
                return ExitCodes.WrongUsage;
            }

            return await ChangeAsync(
                parsed, "dead-letter-purges", "purge", dryRun => new { filter, dryRun, who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        });
}
