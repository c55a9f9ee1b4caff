using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;

namespace Celerity.Cli.Schedules;

/// <summary>A command on one schedule.</summary>
internal abstract class ScheduleCommand : AppCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The schedule's name." };

    protected ScheduleCommand(string name, string description, AppOptions app, Surroundings around)
        : base(name, description, app, around)
    {
        _name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && text.Trim().Length == 0)
            {
                result.AddError("The name is empty.");
            }
        });
        Arguments.Add(_name);
    }

    protected Option<string> Why { get; } = new("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };

    protected string Path(ParseResult parsed) => $"schedules/{Uri.EscapeDataString(parsed.GetValue(_name)!)}";

    /// <summary>Changes it without asking: what can be undone.</summary>
    protected async Task<int> ChangeAsync(ParseResult parsed, string verb, Action<JsonElement, Page> show, CancellationToken cancellationToken)
    {
        using var api = Connect(parsed);
        var answer = await api.PostAsync($"{Path(parsed)}/{verb}", new { who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        return await PrintAsync(parsed, answer, show);
    }

    /// <summary>Says what is about to be lost, and asks unless <paramref name="isYes"/>.</summary>
    /// <returns>What to exit with, or <see langword="null"/> to go on.</returns>
    protected async Task<int?> ConfirmAsync(ParseResult parsed, bool isYes, JsonElement schedule, string question, CancellationToken cancellationToken)
    {
        if (isYes)
        {
            return null;
        }

        var error = parsed.InvocationConfiguration.Error;
        ScheduleText.Write(schedule, null, new Page(error, Around.Width, hasColours: false, Around.Time.GetUtcNow()));
        return await AskAsync(error, question, cancellationToken);
    }
}
