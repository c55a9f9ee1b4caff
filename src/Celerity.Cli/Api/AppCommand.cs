using System.CommandLine;
using System.Globalization;
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

        try
        {
            show(answer, new Page(output, around.Width, around.IsOutputTerminal, around.Time.GetUtcNow()));
            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AppRefusedException("The app's answer is not what this command understands: are they of the same version? --json prints it as it is.", failure);
        }
    }

    protected static string Text(JsonElement json, string name, int most = 200) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? SafeText.Line(value.ToString(), most) : "";

    protected static long Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    protected static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var at) ? at : null;

    protected static string When(JsonElement json, string name) => Time(json, name) is { } at ? Instants.Show(at) : "";

    /// <summary>Makes an option for a number in a range.</summary>
    protected static Option<int> Limit(string description, int otherwise, int most) => Number("--limit", description, otherwise, 1, most);

    /// <summary>The same for any option.</summary>
    protected static Option<int> Number(string name, string description, int otherwise, int least, int most) => new(name)
    {
        Description = $"{description} {least} to {most:N0}.",
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            {
                result.AddError($"{name} is '{text}': give a number from {least} to {most:N0}.");
            }

            return number;
        },
    };
}
