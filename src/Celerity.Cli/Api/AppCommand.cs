using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Help;

namespace Celerity.Cli.Api;

/// <summary>A command that talks to an app: how it finds it, and how it shows what it answers.</summary>
internal abstract class AppCommand(string name, string description, AppOptions app, Surroundings around) : Command(name, description), IHasExamples
{
    public abstract IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; }

    /// <summary>Gets who is told to the app.</summary>
    protected static string Who => Environment.UserName;

    protected Surroundings Around => around;

    protected bool WantsJson(ParseResult parsed) => app.WantsJson(parsed);

    protected AppApi Connect(ParseResult parsed) => app.Connect(parsed, around);

    /// <summary>Reads something and shows it, or prints it as it is.</summary>
    protected async Task<int> ShowAsync(ParseResult parsed, string path, Action<JsonElement, Page> show, CancellationToken cancellationToken)
    {
        using var api = Connect(parsed);
        return await PrintAsync(parsed, await api.GetAsync(path, cancellationToken), show);
    }

    /// <summary>Shows an answer, or prints it as it is.</summary>
    /// <exception cref="AppRefusedException">It is not what such an answer should be.</exception>
    protected async Task<int> PrintAsync(ParseResult parsed, JsonElement answer, Action<JsonElement, Page> show)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (WantsJson(parsed))
        {
            await output.WriteLineAsync(SafeText.Json(answer));
            return ExitCodes.Success;
        }

        await ReadAsync(() =>
        {
            show(answer, new Page(output, around.Width, around.IsOutputTerminal, around.Time.GetUtcNow()));
            return Task.CompletedTask;
        });
        return ExitCodes.Success;
    }

    /// <summary>Writes an answer to the output byte by byte.</summary>
    protected async Task CopyAsync(Stream answer, CancellationToken cancellationToken)
    {
        await using var output = around.OpenOutput();
        await answer.CopyToAsync(output, cancellationToken);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="AppRefusedException">It is not what such an answer should be.</exception>
    protected static async Task ReadAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AppRefusedException("The app's answer is not what this command understands: are they of the same version? --json prints it as it is.", failure);
        }
    }

    /// <summary>Asks before something is changed for good. What it is about has been said.</summary>
    /// <returns>What to exit with, or <see langword="null"/> to go on.</returns>
    protected async Task<int?> AskAsync(TextWriter error, string question, CancellationToken cancellationToken)
    {
        if (!around.CanAsk)
        {
            await error.WriteLineAsync("Nobody can be asked here, and nothing was changed: --yes does it without asking.");
            return ExitCodes.WrongUsage;
        }

        var isYes = false;
        try
        {
            isYes = await around.AskAsync(question, error, cancellationToken);
            return isYes ? null : ExitCodes.Success;
        }
        finally
        {
            if (!isYes)
            {
                await error.WriteLineAsync("Nothing was changed.");
            }
        }
    }
}
