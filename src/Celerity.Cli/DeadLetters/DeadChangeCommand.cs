using System.CommandLine;
using System.Text;
using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary>A command that changes many letters: says how many first, asks once, and watches.</summary>
internal abstract class DeadChangeCommand : DeadSubcommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what it would do." };

    protected DeadChangeCommand(string name, string description, AppOptions app, HttpMessageHandler? handler)
        : base(name, description, app, handler)
    {
        Query.AddTo(this);
        Options.Add(Why);
        Options.Add(_dryRun);
        Options.Add(_yes);
    }

    protected DeadLetterQueryOptions Query { get; } = new();

    protected Option<string> Why { get; } = new("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };

    protected async Task<int> ChangeAsync(
        ParseResult parsed, string path, string verb, Func<bool, object> body, CancellationToken cancellationToken)
    {
        var (streams, output) = (parsed.InvocationConfiguration, parsed.InvocationConfiguration.Output);
        using var api = Connect(parsed);
        var preview = await api.PostAsync(path, body(true), cancellationToken);
        if (parsed.GetValue(_dryRun))
        {
            await output.WriteLineAsync(WantsJson(parsed) ? Pretty(preview) : Describe(preview, verb));
            return ExitCodes.Success;
        }

        if (!parsed.GetValue(_yes))
        {
            await streams.Error.WriteLineAsync(Describe(preview, verb));
            if (Console.IsInputRedirected)
            {
                await streams.Error.WriteLineAsync("Nobody can be asked here: give --yes to do it, or --dry-run.");
                return ExitCodes.WrongUsage;
            }

            await streams.Error.WriteAsync($"{char.ToUpperInvariant(verb[0])}{verb[1..]} them? [y/N] ");
            if (await Console.In.ReadLineAsync(cancellationToken) is not ("y" or "Y" or "yes"))
            {
                await streams.Error.WriteLineAsync("Nothing was changed.");
                return ExitCodes.Success;
            }
        }

        var action = await api.PostAsync(path, body(false), cancellationToken);
        return await WatchAsync(parsed, api, action, cancellationToken);
    }

    protected static string Who => Environment.UserName;

    private static string Describe(JsonElement preview, string verb)
    {
        var text = new StringBuilder();
        var more = preview.GetProperty("isPartial").GetBoolean() ? " of the first ones looked at; there are more" : "";
        text.Append($"Would {verb} {Number(preview, "affected"):N0} of {Number(preview, "matched"):N0} letters{more}.");
        foreach (var task in preview.GetProperty("tasks").EnumerateObject())
        {
            text.Append($"\n  {task.Value.GetInt64(),8:N0}  {SafeText.Line(task.Name)}");
        }

        if (Number(preview, "setAside") is > 0 and var aside)
        {
            text.Append($"\n  {aside,8:N0}  would be set aside: they have died again too often");
        }

        if (Number(preview, "refused") is > 0 and var refused)
        {
            text.Append($"\n  {refused,8:N0}  cannot be replayed:");
            foreach (var reason in preview.GetProperty("reasons").EnumerateArray())
            {
                text.Append($"\n            {SafeText.Line(reason.GetString())}");
            }
        }

        return text.ToString();
    }

    private async Task<int> WatchAsync(ParseResult parsed, AppApi api, JsonElement action, CancellationToken cancellationToken)
    {
        var id = Text(action, "id");
        try
        {
            // Drawn where progress can be seen; elsewhere it stays silent.
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(parsed.InvocationConfiguration.Error) });
            await console.Progress().StartAsync(async progress =>
            {
                var bar = progress.AddTask(Text(action, "kind"), maxValue: Math.Max(1, Number(action, "expected")));
                using var timer = new PeriodicTimer(LookEvery);
                while (Text(action, "endedAt").Length == 0)
                {
                    bar.Description = $"{Text(action, "kind")}, {Text(action, "state")}";
                    bar.Value = Number(action, "done") + Number(action, "setAside") + Number(action, "refused");
                    await timer.WaitForNextTickAsync(cancellationToken);
                    action = await api.GetAsync($"dead-letter-actions/{id}", cancellationToken);
                }

                bar.Value = bar.MaxValue;
            });
        }
        catch (OperationCanceledException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"It goes on without being watched. `celerity dead cancel {id}` stops it.");
            throw;
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(WantsJson(parsed) ? Pretty(action) : Summary(action));
        return Text(action, "state") == "completed" ? ExitCodes.Success : ExitCodes.RunFailed;
    }

    private static string Summary(JsonElement action)
    {
        var reason = Text(action, "reason", 1200);
        return $"{Text(action, "kind")} {Text(action, "state")}: {Number(action, "done"):N0} done, {Number(action, "setAside"):N0} set aside, {Number(action, "refused"):N0} refused."
            + (reason.Length > 0 ? $" {reason}" : "");
    }
}
