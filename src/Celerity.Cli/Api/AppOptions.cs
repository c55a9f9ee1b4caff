using System.CommandLine;

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
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"--url is '{text}': give an address such as {LocalApp}.");
            return null;
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

    /// <summary>Makes the client. A variable that is no address is told of like an option that is none.</summary>
    public AppApi Connect(ParseResult parsed, HttpMessageHandler? handler)
    {
        var text = Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } variable ? variable : LocalApp;
        var url = parsed.GetValue(_url) ?? (Uri.TryCreate(text, UriKind.Absolute, out var found)
            ? found
            : throw new AppRefusedException($"{UrlVariable} is '{text}': give an address such as {LocalApp}."));
        return new AppApi(url, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable), handler);
    }
}
