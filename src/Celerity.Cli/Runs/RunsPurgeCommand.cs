using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs purge</c>: one by its id, or all that fit and have ended.</summary>
internal sealed class RunsPurgeCommand : RunIdCommand
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what it would do." };
    private readonly RunFilterOptions _filter;

    public RunsPurgeCommand(AppOptions app, Surroundings around)
        : base("purge", "Delete runs that have ended for good, with all that they wrote.", app, around, isOptional: true)
    {
        _filter = new RunFilterOptions(around.Time.LocalTimeZone);
        _filter.AddTo(this);
        Options.Add(Why);
        Options.Add(_dryRun);
        Options.Add(_yes);
        SetAction((parsed, cancellationToken) => (parsed.GetValue(Id), _filter.Read(parsed)) switch
        {
            ({ }, { Count: > 0 }) => throw new WrongUsageException("Give an id, or options that say which; not both."),
            ({ }, _) => PurgeOneAsync(parsed, cancellationToken),
            (_, { Count: > 0 } filter) => PurgeManyAsync(parsed, filter, cancellationToken),
            _ => throw new WrongUsageException("Say which: an id, or an option such as --before or --tag."),
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs purge 019b76b06a0070009d0e3f2ab19c55d0", "one, after asking"),
        ("celerity runs purge --before 2026-01-01 --state succeeded --dry-run", "only says what it would delete"),
        ("celerity runs purge --tag trial --why 'the trial is over' --yes", "from a script: does not ask"),
    ];

    private async Task<int> PurgeOneAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Connect(parsed);
        var run = await api.GetAsync(Path(parsed), cancellationToken);
        var line = $"{Text(run, "pipeline")}, {Text(run, "state")}, created {When(run, "createdAt")}";
        if (parsed.GetValue(_dryRun))
        {
            return await PrintAsync(parsed, run, (_, page) => page.Whole($"{(RunText.IsOver(run) ? "Would purge" : "Would not purge, for it has not ended:")} {line}."));
        }

        if (await ConfirmAsync(parsed, [$"Would purge {line}."], cancellationToken) is { } exit)
        {
            return exit;
        }

        var answer = await api.DeleteAsync(Path(parsed), new { who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        return await PrintAsync(parsed, answer, (json, page) =>
        {
            var deleted = json.GetProperty("deleted");
            page.Whole($"Deleted {Number(deleted, "rows"):N0} rows, {Number(deleted, "blobs"):N0} blobs and {Number(deleted, "letters"):N0} dead letters; what is left goes at {When(json, "goneAt")}.");
        });
    }

    private async Task<int> PurgeManyAsync(ParseResult parsed, IReadOnlyDictionary<string, string> filter, CancellationToken cancellationToken)
    {
        using var api = Connect(parsed);
        var preview = await api.PostAsync("runs/purge", new { filter, dryRun = true }, cancellationToken);
        if (parsed.GetValue(_dryRun))
        {
            return await PrintAsync(parsed, preview, (json, page) => Describe(json, filter).ForEach(page.Whole));
        }

        if (await ConfirmAsync(parsed, Describe(preview, filter), cancellationToken) is { } exit)
        {
            return exit;
        }

        var action = await api.PostAsync("runs/purge", new { filter, who = Who, why = parsed.GetValue(Why) }, cancellationToken);
        return await PrintAsync(parsed, action, (json, page) => page.Whole(
            $"{Number(json, "marked"):N0} runs are marked{(json.GetProperty("isMarked").GetBoolean() ? "" : " so far")}; the app deletes them by and by: GET /api/run-purges/{Text(json, "id")}"));
    }

    private async Task<int?> ConfirmAsync(ParseResult parsed, List<string> lines, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_yes))
        {
            return null;
        }

        var error = parsed.InvocationConfiguration.Error;
        lines.ForEach(error.WriteLine);
        return await AskAsync(error, "Purge for good?", cancellationToken);
    }

    private static List<string> Describe(JsonElement preview, IReadOnlyDictionary<string, string> filter) =>
    [
        $"Would purge {Number(preview, "affected"):N0} of {Number(preview, "looked"):N0} runs{(preview.GetProperty("isPartial").GetBoolean() ? " of the first ones looked at; there are more" : "")}.",
        $"  which: {string.Join(", ", filter.Select(pair => $"{pair.Key} {SafeText.Line(pair.Value)}"))}",
        .. preview.GetProperty("sample").EnumerateArray().Select(id => $"  {SafeText.Line(id.GetString())}"),
    ];
}
