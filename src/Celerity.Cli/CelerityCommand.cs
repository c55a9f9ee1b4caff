using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Celerity.Cli.Alerts;
using Celerity.Cli.Api;
using Celerity.Cli.Costs;
using Celerity.Cli.DeadLetters;
using Celerity.Cli.Demo;
using Celerity.Cli.Help;
using Celerity.Cli.Runs;
using Celerity.Cli.Schedules;
using Celerity.Cli.Tasks;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Cli;

/// <summary>The command line as a whole: what it offers, and what its failures say.</summary>
internal static class CelerityCommand
{
    // Stopping workers and storage takes a few seconds; cut short, they would end only because this process did.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken, Surroundings? around = null)
    {
        // A word such as @daily is a cron expression, not a file with more arguments.
        var parsed = Create(around ?? new Surroundings()).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not TeachingHelp)
        {
            return await RefuseAsync(parsed, parsed.Errors[0].Message, error);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopLimit,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Cancelled.");
            return ExitCodes.Cancelled;
        }
        catch (WrongUsageException wrong)
        {
            return await RefuseAsync(parsed, wrong.Message, error);
        }
        catch (Exception failure)
        {
            await error.WriteLineAsync(SafeText.Lines(failure.Message));
            return failure is UnfitEnvironmentException or EmulatorMissingException ? ExitCodes.UnfitEnvironment : ExitCodes.RunFailed;
        }
    }

    private static async Task<int> RefuseAsync(ParseResult parsed, string message, TextWriter error)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            names.Push(command.Command is RootCommand ? "celerity" : command.Command.Name);
        }

        await error.WriteLineAsync($"{SafeText.Lines(message)} See `{string.Join(' ', names)} --help`.");
        return ExitCodes.WrongUsage;
    }

    internal static RootCommand Create(Surroundings around)
    {
        var root = new RootCommand("Celerity: background tasks and chunked data pipelines on Azure Functions, run and watched from here. In a clone, `celerity` is `dotnet run --project src/Celerity.Cli --`.")
        {
            new DemoCommand(),
            new DeadCommand(around),
            new TasksCommand(around),
            new RunsCommand(around),
            new SchedulesCommand(around),
            new CostCommand(around),
            new AlertsCommand(around),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        var teaching = new TeachingHelp((HelpAction)help.Action!);
        help.Action = teaching;
        root.SetAction(parsed => teaching.Invoke(parsed));
        return root;
    }
}
