using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules add</c>.</summary>
internal sealed class ScheduleAddCommand : ScheduleCommand
{
    private readonly Option<string> _cron = CheckedOption.Text("--cron", "CRON", "Due times, such as '0 3 * * *'; six fields have seconds first.");
    private readonly Option<string> _every = CheckedOption.Duration("--every", "The time between two due times instead, such as 90s, 15m, 6h or 1d.");
    private readonly Option<string> _zone = CheckedOption.Text("--zone", "ZONE", "What the cron is meant in, such as Europe/Berlin; otherwise UTC.");
    private readonly Option<string> _task = CheckedOption.Text("--task", "NAME", "The task to send.");
    private readonly Option<string> _pipeline = CheckedOption.Text("--pipeline", "NAME", "The pipeline to start instead.");
    private readonly Option<string> _overlap = CheckedOption.Name<OverlapPolicy>("--overlap", "POLICY", "While the last one has not ended:");
    private readonly Option<string> _missed = CheckedOption.Name<MissedPolicy>("--missed", "POLICY", "What it does about missed due times:");
    private readonly Option<int> _maxMissed = CheckedOption.Number("--max-missed", "For how many of them runAll fires.", 100, 1, 1000);
    private readonly Option<string> _jitter = CheckedOption.Duration("--jitter", "Spreads firings by up to so much, such as 30s.");
    private readonly Option<string> _start;
    private readonly Option<string> _end;
    private readonly Option<bool> _disabled = new("--disabled") { Description = "Do not let it fire yet." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask where there is one of that name already." };
    private readonly PayloadOption _payload;

    public ScheduleAddCommand(AppOptions app, Surroundings around)
        : base("add", "Make a schedule, or replace one that was made over HTTP.", app, around)
    {
        _payload = new PayloadOption("The task's payload or the pipeline's request; otherwise {}.", around);
        _start = CheckedOption.Instant("--start", "The first instant at which it may be due.", around.Time.LocalTimeZone);
        _end = CheckedOption.Instant("--end", "The last instant at which it may be due.", around.Time.LocalTimeZone);
        Option[] options = [_cron, _every, _zone, _task, _pipeline, _payload.Option, _overlap, _missed, _maxMissed, _jitter, _start, _end, _disabled, Why, _yes];
        Array.ForEach(options, Options.Add);
        SetAction(AddAsync);
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules add nightly --cron '0 3 * * *' --zone Europe/Berlin --task invoices.render", "a task each night"),
        ("celerity schedules add report --every 6h --pipeline flight-delays --payload request.json", "a pipeline with its request"),
        ("echo '{\"month\":7}' | celerity schedules add july --cron '@daily' --task invoices.render --payload - --overlap queue", "the payload piped in"),
    ];

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_cron) is null == parsed.GetValue(_every) is null)
        {
            throw new WrongUsageException("Say when: either --cron or --every.");
        }

        if (parsed.GetValue(_task) is null == parsed.GetValue(_pipeline) is null)
        {
            throw new WrongUsageException("Say what: either --task or --pipeline.");
        }

        var body = new
        {
            cron = parsed.GetValue(_cron),
            every = Length(parsed, _every),
            timeZone = parsed.GetValue(_zone),
            jitter = Length(parsed, _jitter),
            startAt = Instant(parsed, _start),
            endAt = Instant(parsed, _end),
            enabled = !parsed.GetValue(_disabled),
            overlap = CheckedOption.NameOf<OverlapPolicy>(parsed.GetValue(_overlap)),
            missed = CheckedOption.NameOf<MissedPolicy>(parsed.GetValue(_missed)),
            maxMissed = parsed.GetValue(_maxMissed),
            task = parsed.GetValue(_task),
            pipeline = parsed.GetValue(_pipeline),
            payload = await _payload.ReadAsync(parsed, cancellationToken),
            who = Who,
            why = parsed.GetValue(Why),
        };
        using var api = Connect(parsed);
        if (await FindAsync(api, parsed, cancellationToken) is { } before
            && await ConfirmAsync(parsed, parsed.GetValue(_yes), before, "There is this one already. Replace it?", cancellationToken) is { } exit)
        {
            return exit;
        }

        var schedule = await api.PutAsync(Path(parsed), body, cancellationToken);
        return await PrintAsync(parsed, schedule, (json, page) => ScheduleText.Write(json, null, page));
    }

    private async Task<JsonElement?> FindAsync(AppApi api, ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync($"{Path(parsed)}?firings=1", cancellationToken);
        }
        catch (AppRefusedException refused) when (refused.Code == "CEL0291")
        {
            return null;
        }
    }

    private string? Instant(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) is { } text && Instants.TryParse(text, Around.Time.LocalTimeZone, out var at) ? Instants.Utc(at) : null;

    private static TimeSpan? Length(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) is { } text && Durations.TryParse(text, out var time) ? time : null;
}
