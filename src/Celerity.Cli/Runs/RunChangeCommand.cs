using System.Text.Json;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary>A command that changes one run without asking: what can be undone, or done again.</summary>
internal sealed class RunChangeCommand : RunIdCommand
{
    /// <param name="name">Its name.</param>
    /// <param name="description">What it says.</param>
    /// <param name="verb">What the app calls it.</param>
    /// <param name="say">Says what has become of it.</param>
    /// <param name="app">How the app is found.</param>
    /// <param name="around">What is around it.</param>
    public RunChangeCommand(string name, string description, string verb, Func<JsonElement, string> say, AppOptions app, Surroundings around)
        : base(name, description, app, around)
    {
        Options.Add(Why);
        Examples = [($"celerity runs {name} 019b76b06a0070009d0e3f2ab19c55d0 --why 'the database moves'", description)];
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.PostAsync($"{Path(parsed)}/{verb}", new { who = Who, why = parsed.GetValue(Why) }, cancellationToken);
            return await PrintAsync(parsed, answer, (json, page) => page.Whole(say(json)));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; }
}
