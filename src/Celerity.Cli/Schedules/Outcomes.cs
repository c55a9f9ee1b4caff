using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Schedules;

/// <summary>What became of the tasks and runs that schedules have fired: a request each, so only of some.</summary>
internal static class Outcomes
{
    private const int Most = 50;

    /// <summary>Looks them up.</summary>
    /// <param name="api">The app.</param>
    /// <param name="fired">Ids, and whether each is a pipeline's run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The states by id; those that are not known any more are not there.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(
        AppApi api, IEnumerable<(string Id, bool IsRun)> fired, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(fired.DistinctBy(one => one.Id).Take(Most).Select(async one => (one.Id, State: await FindAsync(api, one.Id, one.IsRun, cancellationToken))));
        return found.Where(one => one.State.Length > 0).ToDictionary(one => one.Id, one => one.State);
    }

    /// <summary>Gives what a view or a firing has fired.</summary>
    public static (string Id, bool IsRun) Of(JsonElement json, string id) => (id, json.TryGetProperty("pipeline", out _));

    private static async Task<string> FindAsync(AppApi api, string id, bool isRun, CancellationToken cancellationToken)
    {
        try
        {
            return Text(await api.GetAsync($"{(isRun ? "runs" : "tasks")}/{Uri.EscapeDataString(id)}", cancellationToken), "state");
        }
        catch (AppRefusedException refused) when (!refused.IsUnanswered)
        {
            // Records are kept for a while only.
            return "";
        }
    }
}
