using System.CommandLine;
using System.CommandLine.Help;
using Celerity.Cli.DeadLetters;
using Celerity.Cli.Demo;
using Celerity.Cli.Help;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Cli;

/// <summary>The command line as a whole: what it offers, and what its failures say.</summary>
internal static class CelerityCommand
{
    // Stopping workers and storage takes a few seconds; cut short, they would end only because this process did.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken, HttpMessageHandler? handler = null)
    {
        var parsed = Create(handler).Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not TeachingHelp)
        {
            var command = parsed.CommandResult.Command is RootCommand ? "celerity" : $"celerity {parsed.CommandResult.Command.Name}";
            await error.WriteLineAsync($"{parsed.Errors[0].Message} See `{command} --help`.");
            return ExitCodes.WrongUsage;
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
        catch (Exception failure)
        {
            await error.WriteLineAsync(failure.Message);
            return failure is UnfitEnvironmentException or EmulatorMissingException ? ExitCodes.UnfitEnvironment : ExitCodes.RunFailed;
        }
    }

    private static RootCommand Create(HttpMessageHandler? handler)
    {
        var root = new RootCommand("Celerity: background tasks and chunked data pipelines on Azure Functions, run and watched from here. In a clone, `celerity` is `dotnet run --project src/Celerity.Cli --`.")
        {
            new DemoCommand(),
            new DeadCommand(handler),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        var teaching = new TeachingHelp((HelpAction)help.Action!);
        help.Action = teaching;
        root.SetAction(parsed => teaching.Invoke(parsed));
        return root;
    }
}
