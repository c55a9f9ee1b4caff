using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead purge</c>.</summary>
internal sealed class DeadPurgeCommand : DeadChangeCommand
{
    public DeadPurgeCommand(AppOptions app, Surroundings around)
        : base("purge", "Delete dead letters for good: all that fit.", app, around) =>
        SetAction((parsed, cancellationToken) => Query.Read(parsed) is { Count: > 0 } filter
            ? ChangeAsync(parsed, "dead-letter-purges", "purge", dryRun => new { filter, dryRun, who = Who, why = parsed.GetValue(Why) }, cancellationToken)
            : throw new WrongUsageException("Say which: an option such as --group or --before."));

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead purge --group 3f2ab19c55d0e1f2 --dry-run", "only says what it would delete"),
        ("celerity dead purge --before 2026-01-01 --state replayed", "deletes for good, after asking"),
        ("celerity dead purge --task mail.send --why 'the list was wrong' --yes", "from a script: does not ask"),
    ];
}
