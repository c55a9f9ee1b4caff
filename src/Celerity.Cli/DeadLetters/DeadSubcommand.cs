using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary>What the commands on dead letters share: where they write, and how they show things.</summary>
internal abstract class DeadSubcommand(string name, string description, AppOptions app, HttpMessageHandler? handler) : Command(name, description)
{
    private const int WidthOfFiles = 400;
    private const string Bars = " ▁▂▃▄▅▆▇█";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    protected bool WantsJson(ParseResult parsed) => app.WantsJson(parsed);

    protected AppApi Connect(ParseResult parsed) => app.Connect(parsed, handler);

    protected static IAnsiConsole ConsoleOf(ParseResult parsed)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(parsed.InvocationConfiguration.Output) });

        // In a file or a pipe there is no edge at which to break ids.
        console.Profile.Width = Console.IsOutputRedirected ? WidthOfFiles : console.Profile.Width;
        return console;
    }

    protected static string Pretty(JsonElement json) => JsonSerializer.Serialize(json, Indented);

    /// <summary>Reads something and shows it, or prints it as it is.</summary>
    protected async Task<int> ShowAsync(ParseResult parsed, string path, Action<JsonElement, IAnsiConsole> show, CancellationToken cancellationToken)
    {
        using var api = Connect(parsed);
        var answer = await api.GetAsync(path, cancellationToken);
        if (WantsJson(parsed))
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(Pretty(answer));
        }
        else
        {
            show(answer, ConsoleOf(parsed));
        }

        return ExitCodes.Success;
    }

    protected static string Text(JsonElement json, string name, int most = 200) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? SafeText.Line(value.ToString(), most) : "";

    protected static long Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    protected static Text Cell(string text) => new(text);

    protected static Text Severity(JsonElement json) => Text(json, "severity") is var severity && severity is "critical" or "high"
        ? new Text(severity, new Style(Color.Red))
        : new Text(severity);

    /// <summary>Numbers as a row of bars.</summary>
    protected static string Sparkline(JsonElement json, string name)
    {
        var numbers = json.TryGetProperty(name, out var values) ? values.EnumerateArray().Select(value => value.GetInt32()).ToList() : [];
        var most = numbers.DefaultIfEmpty(0).Max();
        return string.Concat(numbers.Select(number => Bars[number == 0 ? 0 : 1 + (int)((Bars.Length - 2) * (double)number / most)]));
    }

    protected static string When(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.TryGetDateTimeOffset(out var at)
        ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "";
}
