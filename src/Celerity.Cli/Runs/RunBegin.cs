using System.CommandLine;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary>What starting and cloning share: post, say the id, wait if asked to.</summary>
internal static class RunBegin
{
    public static Option<bool> NewWaitOption() => new("--wait", "-w") { Description = "Wait for its end; 1 where it did not succeed." };

    /// <summary>Says which run was begun.</summary>
    public static string Line(System.Text.Json.JsonElement answer) =>
        $"{Text(answer, "id")}{(answer.TryGetProperty("existing", out var existing) && existing.GetBoolean() ? "  was there before" : "")}";
}
