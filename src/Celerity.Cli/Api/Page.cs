using Spectre.Console;

namespace Celerity.Cli.Api;

/// <summary>What people are shown: lines that fit their terminal, and in one piece what they will copy. Texts come here made safe.</summary>
internal sealed class Page(TextWriter output, int width, bool hasColours, DateTimeOffset now)
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = hasColours ? AnsiSupport.Detect : AnsiSupport.No,
        Out = new AnsiConsoleOutput(output),
    });

    public DateTimeOffset Now => now;

    /// <summary>A line, cut at the edge.</summary>
    /// <param name="text">The line.</param>
    /// <param name="alarm">What to show in red before it.</param>
    public void Line(string text, string alarm = "")
    {
        if (alarm.Length > 0)
        {
            _console.Write(new Text(alarm, new Style(Color.Red)));
        }

        output.WriteLine(SafeText.Line(text, Math.Max(20, width - alarm.Length)).TrimEnd());
    }

    /// <summary>A text as it is: neither cut, nor broken but by the terminal itself, so that it can be copied.</summary>
    public void Whole(string text) => output.WriteLine(text);
}
