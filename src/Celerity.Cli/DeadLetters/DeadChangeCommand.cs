using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary>A command that changes many letters: says how many first, asks once, and watches.</summary>
internal abstract class DeadChangeCommand : AppCommand
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what it would do." };

    protected DeadChangeCommand(string name, string description, AppOptions app, Surroundings around)
        : base(name, description, app, around)
    {
        Query = new DeadLetterQueryOptions(around.Time.LocalTimeZone);
        Query.AddTo(this);
        Options.Add(Why);
        Options.Add(_dryRun);
        Options.Add(_yes);
    }

    protected DeadLetterQueryOptions Query { get; }

    protected Option<string> Why { get; } = new("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };

    /// <summary>Gives the options on a command line that are about many letters.</summary>
    protected IEnumerable<string> GivenForMany(ParseResult parsed) =>
        Query.Given(parsed).Concat(new Option[] { _dryRun, _yes }.Where(option => IsGiven(parsed, option)).Select(option => option.Name));

    protected static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    protected async Task<int> ChangeAsync(
        ParseResult parsed, string path, string verb, Func<bool, object> body, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        using var api = Connect(parsed);
        var preview = await api.PostAsync(path, body(true), cancellationToken);
        if (parsed.GetValue(_dryRun))
        {
            return await PrintAsync(parsed, preview, (json, page) => Describe(parsed, json, verb).ForEach(page.Whole));
        }

        if (!parsed.GetValue(_yes))
        {
            Describe(parsed, preview, verb).ForEach(error.WriteLine);
            if (await AskAsync(error, $"{char.ToUpperInvariant(verb[0])}{verb[1..]} them?", cancellationToken) is { } exit)
            {
                return exit;
            }
        }

        var action = await StartAsync(api, path, body(false), error, cancellationToken);
        action = await new ActionWatch(api, Around, error).FollowAsync(action, cancellationToken);
        await PrintAsync(parsed, action, (json, page) => page.Whole(ActionWatch.Summary(json)));
        return Text(action, "state") == "completed" ? ExitCodes.Success : ExitCodes.RunFailed;
    }

    private static async Task<JsonElement> StartAsync(AppApi api, string path, object body, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            return await api.PostAsync(path, body, cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or AppRefusedException { IsUnanswered: true })
        {
            await error.WriteLineAsync("It may have begun all the same: `celerity dead actions` tells.");
            throw;
        }
    }

    private List<string> Describe(ParseResult parsed, JsonElement preview, string verb)
    {
        var more = preview.GetProperty("isPartial").GetBoolean() ? " of the first ones looked at; there are more" : "";
        var lines = new List<string>
        {
            $"Would {verb} {Number(preview, "affected"):N0} of {Number(preview, "matched"):N0} letters{more}.",
            $"  which: {string.Join(", ", Query.Read(parsed).Select(pair => $"{pair.Key} {SafeText.Line(pair.Value)}"))}",
        };
        lines.AddRange(preview.GetProperty("tasks").EnumerateObject().Select(task => $"  {task.Value.GetInt64(),8:N0}  {SafeText.Line(task.Name)}"));
        if (Number(preview, "setAside") is > 0 and var aside)
        {
            lines.Add($"  {aside,8:N0}  would be set aside: they have died again too often");
        }

        if (Number(preview, "refused") is > 0 and var refused)
        {
            lines.Add($"  {refused,8:N0}  cannot be replayed:");
            lines.AddRange(preview.GetProperty("reasons").EnumerateArray().Select(reason => $"            {SafeText.Line(reason.GetString())}"));
        }

        return lines;
    }
}
