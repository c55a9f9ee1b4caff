using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules list</c>.</summary>
internal sealed class ScheduleListCommand : AppCommand
{
    public ScheduleListCommand(AppOptions app, Surroundings around)
        : base("list", "All schedules: when they fire, and how their last firing ended.", app, around) =>
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.GetAsync("schedules", cancellationToken);
            if (WantsJson(parsed))
            {
                return await PrintAsync(parsed, answer, (_, _) => { });
            }

            IReadOnlyDictionary<string, string> outcomes = new Dictionary<string, string>();
            await ReadAsync(async () => outcomes = await Outcomes.FindAsync(
                api,
                answer.GetProperty("schedules").EnumerateArray()
                    .Where(schedule => schedule.TryGetProperty("last", out var last) && last.TryGetProperty("id", out _))
                    .Select(schedule => Outcomes.Of(schedule, Text(schedule.GetProperty("last"), "id"))),
                cancellationToken));
            return await PrintAsync(parsed, answer, (json, page) =>
            {
                var schedules = json.GetProperty("schedules").EnumerateArray().ToList();
                foreach (var schedule in schedules)
                {
                    var id = schedule.TryGetProperty("last", out var last) ? Text(last, "id") : "";
                    ScheduleText.Write(schedule, outcomes.GetValueOrDefault(id), page);
                }

                foreach (var warning in json.GetProperty("warnings").EnumerateArray())
                {
                    page.Whole($"Warning: {SafeText.Line(warning.GetString(), 1200)}");
                }

                if (schedules.Count == 0)
                {
                    page.Line("There is no schedule. `celerity schedules add --help` says how to make one.");
                }
            });
        });

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules list", "all, with warnings where together they exceed a rate limit"),
        ("celerity schedules list --json | jq -r '.schedules[] | select(.paused) | .name'", "those that are paused"),
    ];
}
