using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Settings;

/// <summary>Replaces <c>%Name%</c> in binding strings by the app setting of that name.</summary>
internal sealed partial class SettingTokens(IConfiguration configuration)
{
    /// <summary>Resolves every token of <paramref name="text"/>; <paramref name="owner"/> names the place in the error.</summary>
    public string Resolve(string text, string owner) =>
        Token().Replace(text, token =>
            configuration[token.Groups[1].Value]
            ?? throw new LocalStartException($"{owner}: \"{text}\" names the app setting {token.Value}, which is not set."));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Token();
}
