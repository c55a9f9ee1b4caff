using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Celerity.Cli.Help;

/// <summary>The usual help, then examples and what the exit codes mean.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        var examples = command is IHasExamples teacher
            ? teacher.Examples
            : [.. command.Subcommands.OfType<IHasExamples>().SelectMany(subcommand => subcommand.Examples)];
        WriteRows(output, "Examples:", [.. examples]);
        WriteRows(output, "Exit codes:", [.. ExitCodes.All.Select(code => (code.Code.ToString(), code.Meaning))]);
        return ExitCodes.Success;
    }

    private static void WriteRows(TextWriter output, string title, (string Left, string Right)[] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        output.WriteLine(title);
        var width = rows.Max(row => row.Left.Length);
        foreach (var (left, right) in rows)
        {
            output.WriteLine($"  {left.PadRight(width)}  {right}");
        }

        output.WriteLine();
    }
}
