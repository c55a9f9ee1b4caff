using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead cancel</c>.</summary>
internal sealed class DeadCancelCommand : DeadSubcommand
{
    public DeadCancelCommand(AppOptions app, HttpMessageHandler? handler)
        : base("cancel", "Stop a replay or purge; what it has done stays done.", app, handler)
    {
        var id = new Argument<string>("id") { Description = "The action's id." };
        Arguments.Add(id);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.PostAsync(
                $"dead-letter-actions/{Uri.EscapeDataString(parsed.GetValue(id)!)}/cancel", new { who = Environment.UserName }, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                WantsJson(parsed) ? Pretty(answer) : answer.GetProperty("changed").GetBoolean() ? "Stopped." : "It had ended.");
            return ExitCodes.Success;
        });
    }
}
