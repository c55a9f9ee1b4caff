using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Celerity.Cli.Api;

/// <summary>How a command finds the app: what all that talk to one share.</summary>
internal sealed class AppOptions
{
    private const string UrlVariable = "CELERITY_URL";
    private const string KeyVariable = "CELERITY_KEY";
    private const string LocalApp = "http://127.0.0.1:7071";

    private readonly Option<Uri> _url = new("--url")
    {
        Description = $"The app's address. Otherwise {UrlVariable}, otherwise {LocalApp}.",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result =>
        {
            if (!IsAddress(result.Tokens[0].Value, out var url))
            {
                result.AddError($"--url is '{result.Tokens[0].Value}': give an address such as {LocalApp}.");
            }

            return url;
        },
    };

    private readonly Option<string> _key = new("--key")
    {
        Description = $"The app's function key; better in {KeyVariable}, where no list of processes shows it.",
        HelpName = "KEY",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print what the app answers, as JSON.", Recursive = true };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
        command.Options.Add(_json);
    }

    public bool WantsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Makes the client.</summary>
    /// <exception cref="WrongUsageException">A variable is no address, or the key is none.</exception>
    public AppApi Connect(ParseResult parsed, Surroundings around)
    {
        var text = around.Variable(UrlVariable) is { Length: > 0 } variable ? variable : LocalApp;
        var url = parsed.GetValue(_url) ?? (IsAddress(text, out var found)
            ? found
            : throw new WrongUsageException($"{UrlVariable} is '{text}': give an address such as {LocalApp}."));
        var key = parsed.GetValue(_key) ?? around.Variable(KeyVariable);
        if (key?.All(character => character is > ' ' and <= '~') == false)
        {
            throw new WrongUsageException($"The key of --key or {KeyVariable} has a space or a character that no key has: is it cut or misquoted?");
        }

        return new AppApi(url, key, around.Handler);
    }

    private static bool IsAddress(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";
}
