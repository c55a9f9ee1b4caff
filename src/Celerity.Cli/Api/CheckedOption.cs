using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Celerity.Cli.Api;

/// <summary>Options whose values are checked before anything is asked of an app.</summary>
internal static class CheckedOption
{
    /// <summary>Makes an option for a text that is not empty.</summary>
    /// <param name="name">Its name, such as <c>--task</c>.</param>
    /// <param name="help">What stands for the value in the help.</param>
    /// <param name="description">What it says.</param>
    /// <param name="fault">Tells what is wrong with a value, or gives <see langword="null"/>.</param>
    public static Option<string> Text(string name, string help, string description, Func<string, string?>? fault = null)
    {
        var option = new Option<string>(name) { HelpName = help, Description = description };
        option.Validators.Add(result =>
        {
            // Without a value it is an error already.
            if (result.Tokens is not [{ Value: var text }, ..])
            {
                return;
            }

            if (text.Trim().Length == 0)
            {
                result.AddError($"{name} is empty: give a value, or leave it out.");
            }
            else if (fault?.Invoke(text) is { } message)
            {
                result.AddError($"{name} is '{text}': {message}");
            }
        });
        return option;
    }

    /// <summary>Makes an option for one of an enum's names, which its description lists.</summary>
    public static Option<string> Name<T>(string name, string help, string description)
        where T : struct, Enum
    {
        var known = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        var list = string.Join(", ", known);
        return Text(name, help, $"{description} {list}.", text => known.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"give one of {list}.");
    }

    /// <summary>Gives one of an enum's names as JSON writes it, however it was typed.</summary>
    public static string? NameOf<T>(string? text)
        where T : struct, Enum => text is null ? null : JsonNamingPolicy.CamelCase.ConvertName(Enum.Parse<T>(text, ignoreCase: true).ToString());

    /// <summary>Makes an option for an instant; without a zone it is meant in <paramref name="zone"/>.</summary>
    public static Option<string> Instant(string name, string description, TimeZoneInfo zone) => Text(
        name, "TIME", $"{description} 2026-01-31T12:00Z, or 2026-01-31 in this machine's zone.", text => Instants.TryParse(text, zone, out _) ? null : Instants.Rule);

    /// <summary>Makes an option for a length of time.</summary>
    public static Option<string> Duration(string name, string description) =>
        Text(name, "TIME", description, text => Durations.TryParse(text, out _) ? null : Durations.Rule);

    /// <summary>Makes the option for how many are shown, from 1 on.</summary>
    public static Option<int> Limit(string description, int otherwise, int most) => Number("--limit", description, otherwise, 1, most);

    /// <summary>Makes an option for a number in a range.</summary>
    public static Option<int> Number(string name, string description, int otherwise, int least, int most) => new(name)
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
