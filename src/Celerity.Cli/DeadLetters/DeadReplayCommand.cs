using System.CommandLine;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead replay</c>.</summary>
internal sealed class DeadReplayCommand : DeadChangeCommand
{
    private readonly Argument<string?> _id = new("id") { Description = "One letter's id, or its task's. Without one, options say which.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int> _canary = CheckedOption.Number("--canary", "So many first; the rest once all of these have succeeded.", 0, 0, 100);
    private readonly Option<string> _rate = new("--rate") { Description = "Such as 100/m.", HelpName = "RATE" };
    private readonly Option<int> _maxReplays = CheckedOption.Number("--max-replays", "After so many replays a letter that died again is set aside.", 3, 1, 100);
    private readonly PayloadOption _payload;

    public DeadReplayCommand(AppOptions app, Surroundings around)
        : base("replay", "Send dead letters again: one by its id, or all that fit.", app, around)
    {
        _payload = new PayloadOption("The payload to send instead; for one letter.", around);
        Arguments.Add(_id);
        Options.Add(_payload.Option);
        Options.Add(_canary);
        Options.Add(_rate);
        Options.Add(_maxReplays);
        SetAction((parsed, cancellationToken) => parsed.GetValue(_id) is { } id ? OneAsync(parsed, id, cancellationToken) : ManyAsync(parsed, cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead replay 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0", "one, at once"),
        ("celerity dead replay 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0 --payload fixed.json", "with another payload"),
        ("celerity dead replay --task 'invoices.*' --dry-run", "only says what it would do"),
        ("celerity dead replay --group 3f2ab19c55d0e1f2 --canary 10 --rate 100/m", "all of one cause, once ten of them have succeeded"),
    ];

    private async Task<int> OneAsync(ParseResult parsed, string id, CancellationToken cancellationToken)
    {
        // None of them would be heeded, and who gives one counts on it.
        var unfit = GivenForMany(parsed).Concat(new Option[] { _canary, _rate, _maxReplays }.Where(option => IsGiven(parsed, option)).Select(option => option.Name)).ToList();
        if (unfit.Count > 0)
        {
            throw new WrongUsageException($"With an id, that one letter is replayed at once: {string.Join(", ", unfit)} would do nothing. Leave out either.");
        }

        if (id.Trim().Length == 0)
        {
            throw new WrongUsageException("The id is empty.");
        }

        var payload = await _payload.ReadAsync(parsed, cancellationToken);
        using var api = Connect(parsed);
        var action = await api.PostAsync(
            $"dead-letters/{Uri.EscapeDataString(id)}/replay", new { payload, who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        return await PrintAsync(parsed, action, (json, page) => page.Whole($"Replayed as the task {Text(json, "taskId")}."));
    }

    private Task<int> ManyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_payload.Option) is not null)
        {
            throw new WrongUsageException("A payload is for one letter: give its id.");
        }

        return Query.Read(parsed) is { Count: > 0 } filter
            ? ChangeAsync(
                parsed,
                "dead-letter-replays",
                "replay",
                dryRun => new
                {
                    filter,
                    dryRun,
                    canary = parsed.GetValue(_canary),
                    rate = parsed.GetValue(_rate),
                    maxReplays = parsed.GetValue(_maxReplays),
                    who = Who,
                    why = parsed.GetValue(Why),
                },
                cancellationToken)
            : throw new WrongUsageException("Say which: an id, or an option such as --group.");
    }
}
