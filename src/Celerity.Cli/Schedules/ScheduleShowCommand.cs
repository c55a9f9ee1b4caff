using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules show</c>.</summary>
internal sealed class ScheduleShowCommand : ScheduleCommand
{
    private readonly Option<int> _firings = CheckedOption.Number("--firings", "How many of the latest due times.", 10, 1, 50);

    public ScheduleShowCommand(AppOptions app, Surroundings around)
        : base("show", "One schedule: its next ten due times, and what became of the latest.", app, around)
    {
        Options.Add(_firings);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var schedule = await api.GetAsync($"{Path(parsed)}?firings={parsed.GetValue(_firings).ToString(CultureInfo.InvariantCulture)}", cancellationToken);
            IReadOnlyDictionary<string, string> outcomes = new Dictionary<string, string>();
            if (!WantsJson(parsed))
            {
                await ReadAsync(async () => outcomes = await Outcomes.FindAsync(
                    api,
                    schedule.GetProperty("firings").EnumerateArray().Where(firing => firing.TryGetProperty("id", out _))
                        .Select(firing => Outcomes.Of(firing, Text(firing, "id"))),
                    cancellationToken));
            }

            return await PrintAsync(parsed, schedule, (json, page) => Show(json, outcomes, page));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules show nightly", "when it fires next, and what it fired"),
        ("celerity schedules show nightly --firings 50", "further back"),
        ("celerity schedules show nightly --json | jq -r '.firings[].id'", "the tasks' ids for a script"),
    ];

    private static void Show(JsonElement schedule, IReadOnlyDictionary<string, string> outcomes, Page page)
    {
        foreach (var (name, text) in Facts(schedule).Where(fact => fact.Text.Length > 0))
        {
            page.Whole($"{name,-10} {text}");
        }

        page.Line("");
        page.Line("next");
        foreach (var next in ScheduleText.Next(schedule))
        {
            page.Line($"  {Instants.Show(next)}  {Instants.Distance(next, page.Now)}");
        }

        page.Line("");
        page.Line("latest");
        foreach (var firing in schedule.GetProperty("firings").EnumerateArray())
        {
            ShowFiring(firing, outcomes, page);
        }

        if (schedule.TryGetProperty("payload", out var payload))
        {
            page.Line("");
            page.Line("payload");
            page.Whole(SafeText.Json(payload));
        }
    }

    private static IEnumerable<(string Name, string Text)> Facts(JsonElement schedule) =>
    [
        ("name", Text(schedule, "name")),
        ("state", ScheduleText.State(schedule)),
        ("when", ScheduleText.When(schedule)),
        ("cron", Text(schedule, "cron")),
        ("sends", ScheduleText.Target(schedule)),
        ("jitter", Text(schedule, "jitter") is "00:00:00" ? "" : Text(schedule, "jitter")),
        ("from", When(schedule, "startAt")),
        ("until", When(schedule, "endAt")),
        ("overlap", Text(schedule, "overlap")),
        ("missed", Text(schedule, "missed") is "runAll" ? $"runAll, {Number(schedule, "maxMissed")} at most" : Text(schedule, "missed")),
        ("defined in", Text(schedule, "definedIn")),
    ];

    private static void ShowFiring(JsonElement firing, IReadOnlyDictionary<string, string> outcomes, Page page)
    {
        var manual = firing.TryGetProperty("manual", out _) ? ", by hand" : "";
        var missed = Number(firing, "count") > 1 ? $", {Number(firing, "count"):N0} due times from {When(firing, "firstDueAt")} on" : "";
        var drift = firing.TryGetProperty("driftSeconds", out _) ? $", {ScheduleText.Drift(firing)}" : "";
        var id = Text(firing, "id");
        var outcome = outcomes.TryGetValue(id, out var state) ? $": {state}" : "";
        page.Line($"  {When(firing, "dueAt")}  {Text(firing, "kind")}{manual}{missed}{drift}{outcome}");
        if (id.Length > 0)
        {
            page.Whole($"    {id}");
        }

        if (Text(firing, "replaced") is { Length: > 0 } replaced)
        {
            page.Whole($"    instead of {replaced}, which was revoked");
        }

        if (Text(firing, "error", 1200) is { Length: > 0 } error)
        {
            page.Whole($"    {error}");
        }
    }
}
