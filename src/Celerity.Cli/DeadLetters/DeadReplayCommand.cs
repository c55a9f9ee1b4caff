using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead replay</c>.</summary>
internal sealed class DeadReplayCommand : DeadChangeCommand
{
    private readonly Argument<string?> _id = new("id") { Description = "One letter's id, or its task's. Without one, options say which.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _payload = new("--payload") { Description = "A file with the payload to send instead; for one letter.", HelpName = "FILE" };
    private readonly Option<int> _canary = new("--canary") { Description = "So many first; the rest once all of these have succeeded. 1 to 100.", HelpName = "N" };
    private readonly Option<string> _rate = new("--rate") { Description = "Such as 100/m.", HelpName = "RATE" };
    private readonly Option<int> _maxReplays = new("--max-replays") { Description = "After so many replays a letter that died again is set aside.", HelpName = "N", DefaultValueFactory = _ => 3 };

    public DeadReplayCommand(AppOptions app, HttpMessageHandler? handler)
        : base("replay", "Send dead letters again: one by its id, or all that fit.", app, handler)
    {
        Arguments.Add(_id);
        Options.Add(_payload);
        Options.Add(_canary);
        Options.Add(_rate);
        Options.Add(_maxReplays);
        SetAction((parsed, cancellationToken) => parsed.GetValue(_id) is { } id ? OneAsync(parsed, id, cancellationToken) : ManyAsync(parsed, cancellationToken));
    }

    private async Task<int> OneAsync(ParseResult parsed, string id, CancellationToken cancellationToken)
    {
        JsonElement? payload = parsed.GetValue(_payload) is { } file ? JsonElement.Parse(await File.ReadAllTextAsync(file, cancellationToken)) : null;
        using var api = Connect(parsed);
        var action = await api.PostAsync(
            $"dead-letters/{Uri.EscapeDataString(id)}/replay", new { payload, who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(WantsJson(parsed) ? Pretty(action) : $"Replayed as the task {Text(action, "taskId")}.");
        return ExitCodes.Success;
    }

    private async Task<int> ManyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = Query.Read(parsed);
        if (filter.Count == 0 || parsed.GetValue(_payload) is not null)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(filter.Count == 0
                ? "Say which: an id, or an option such as --group. See `celerity dead replay --help`."
                : "A payload is for one letter: give its id. See `celerity dead replay --help`.");
            return ExitCodes.WrongUsage;
        }

        return await ChangeAsync(
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
            cancellationToken);
    }
}
