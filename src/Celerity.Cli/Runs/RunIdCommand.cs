using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary>A command on one run.</summary>
internal abstract class RunIdCommand : AppCommand
{
    private const int IdChars = 32;

    protected RunIdCommand(string name, string description, AppOptions app, Surroundings around, bool isOptional = false)
        : base(name, description, app, around)
    {
        Id = new Argument<string>("id") { Description = "The run's id.", Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne };
        Id.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (text.Length != IdChars || !text.All(char.IsAsciiHexDigitLower)))
            {
                result.AddError($"'{text}' is no run's id: give the {IdChars} characters that `celerity runs list` shows.");
            }
        });
        Arguments.Add(Id);
    }

    protected Argument<string> Id { get; }

    protected Option<string> Why { get; } = new("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };

    protected string Path(ParseResult parsed) => $"runs/{parsed.GetValue(Id)}";
}
