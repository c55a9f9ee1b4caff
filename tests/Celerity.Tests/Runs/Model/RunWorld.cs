using System.Globalization;
using System.Text;
using Celerity.Runs;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Runs.Model;

/// <summary>A run of two slices of a chunk each; who asks things of it, its orchestrations and maintenance.</summary>
internal sealed class RunWorld : IModelWorld
{
    public static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly string FirstRun = $"{Made.ToUnixTimeMilliseconds():x12}70008000000000000000";

    private readonly RunProcess[] _processes;
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private int _waited;
    private int _rounds;
    private int _delivered;
    private int _deaths;
    private int _lostReplies;

    public RunWorld(RunStory story)
    {
        Story = story;
        Account = new RunAccount(this);
        _processes = [.. Enumerable.Range(0, Maintainer + 1).Select(_ => new RunProcess(this))];
    }

    public RunStory Story { get; }

    public ModelTables Tables { get; } = new();

    public RunQueues Queues { get; } = new();

    public RunAccount Account { get; }

    /// <summary>Gets what was answered.</summary>
    public RunAnswers Answers { get; } = new();

    public FakeTimeProvider Time { get; } = new(Made);

    private int Orchestrator => Story.Operations.Length;

    private int Slices => Orchestrator + 1;

    private int Maintainer => Orchestrator + 2;

    /// <summary>Gets the run that things are asked of, where there is one.</summary>
    public string? Run => Account.Runs().Keys.FirstOrDefault();

    public static RunRecord NewRun(string id, TimeProvider time) =>
        new() { Id = id, Pipeline = "p", State = RunState.Pending, Request = RunStory.Request, CreatedAt = time.GetUtcNow() };

    public List<ModelStep> Steps()
    {
        var actors = Enumerable.Range(0, _processes.Length).Where(IsLive).Select(StepsOf).ToList();
        actors.ForEach(actor => Story.Footprints.Note(actor.Actor, actor.Touches));
        var steps = ActorSteps.Choose(actors, Story.Footprints);

        // Whoever had begun before has come to an end by then.
        if (_waited < Story.Waits && Array.TrueForAll(_processes, process => process.Pass is null) && (!Story.IsPatient || Answers.HasSuspended))
        {
            steps.Add(new ModelStep(() => "two minutes pass", -1, () =>
            {
                _waited++;
                Time.Advance(TimeSpan.FromMinutes(2));
                Account.Wake();
            }));
        }

        return steps;
    }

    public void Take(ModelStep step) => step.Run();

    public string? FindViolation(bool isQuiet) => Account.Violation ?? (isQuiet ? new RunEnding(this).Find() : null);

    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_deaths},{_lostReplies},{_waited},{_delivered},{_rounds},{string.Join('.', _begun.Order())},{Answers}\n");
        Account.Describe(text);
        Queues.Describe(text);
        Tables.Describe(text);
        foreach (var process in _processes)
        {
            process.Describe(text);
            text.Append(process.IsForbidden).Append('\n');
        }

        return IdNumbering.Apply(text.ToString());
    }

    private string NameOf(int at) => at < Orchestrator ? Story.Operations[at].Name : at == Orchestrator ? "orchestration" : at == Slices ? "slice" : "maintenance";

    private RunPace PaceOf(int at) => at < Orchestrator ? Story.Operations[at].Pace
        : at == Orchestrator ? Story.Steps
        : at == Slices ? (_delivered < Story.SlicesApart ? Story.Slices : RunPace.Whole)
        : RunPace.Apart;

    // Whether it may do anything before all are at rest.
    private bool IsLive(int at) => _processes[at].Pass is not null || (at < Orchestrator
        ? !_begun.Contains(Story.Operations[at].Name) || Story.Operations[at].IsRepeated
        : at == Maintainer ? _waited > 0 && _rounds < Story.Rounds : PaceOf(at) != RunPace.Never);

    private bool CanBegin(int at)
    {
        if (at < Orchestrator)
        {
            var operation = Story.Operations[at];
            return !_begun.Contains(operation.Name) && (operation.Kind == RunOperationKind.Start || Run is not null)
                && (operation.After is null || Answers.Has(operation.After));
        }

        return at == Orchestrator ? Account.Next is not null : at != Slices || Queues.Next is not null;
    }

    private ActorSteps StepsOf(int at) => _processes[at] switch
    {
        { Pass: null } => new ActorSteps(NameOf(at), IsAtWork: false, CanBegin(at) ? [new ModelStep(() => $"{NameOf(at)} begins", at, () => Begin(at))] : [], TouchesOfBegin(at)),
        { Call: { } call } => new ActorSteps(NameOf(at), IsAtWork: true, StepsOf(at, call), call.Touches.Value),
        _ => new ActorSteps(NameOf(at), IsAtWork: true, [new ModelStep(() => $"{NameOf(at)} is done", at, () => End(at))], TouchesOfEnd(at)),
    };

    // What is made at once may touch all that it ever does.
    private IReadOnlyCollection<Touch> TouchesOfBegin(int at) => PaceOf(at) == RunPace.Whole
        ? [.. Story.Footprints.Of(NameOf(at)), .. RunTouches.OfBegin(Story, RoleOf(at)), .. TouchesOfEnd(at)]
        : RunTouches.OfBegin(Story, RoleOf(at));

    private IReadOnlyList<Touch> TouchesOfEnd(int at) => RunTouches.OfEnd(Story, RoleOf(at));

    private RunRole RoleOf(int at) => at == Orchestrator ? RunRole.Orchestrator : at == Slices ? RunRole.Slices : at == Maintainer ? RunRole.Maintainer : RunRole.Operator;

    private void Begin(int at)
    {
        var process = _processes[at];
        Func<IServiceProvider, Task> pass;
        if (at < Orchestrator)
        {
            var operation = Story.Operations[at];
            _begun.Add(operation.Name);
            pass = async services => process.Answer = await operation.AskAsync(process, this, services).ConfigureAwait(false);
        }
        else if (at == Orchestrator)
        {
            pass = process.TakeStep();
        }
        else if (at == Slices)
        {
            pass = process.Take(Queues.Next!);
        }
        else
        {
            _rounds++;
            pass = services => process.MaintainAsync(services);
        }

        var pace = PaceOf(at);
        _delivered += at == Slices && pace == RunPace.Apart && Story.SlicesApart < int.MaxValue ? 1 : 0;
        process.Begin(NameOf(at), pass);
        if (pace == RunPace.Whole)
        {
            while (process.Call is { } call)
            {
                Story.Footprints.Note(NameOf(at), call.Touches.Value);
                process.Go();
            }

            End(at);
        }
    }

    private List<ModelStep> StepsOf(int at, ModelCall call)
    {
        List<ModelStep> steps = [new ModelStep(() => $"{NameOf(at)}: {call.Name}", at, () => _processes[at].Go())];
        if (call.IsRead)
        {
            return steps;
        }

        // Started twice by one who asks twice, an orchestration is one.
        if (_lostReplies < Story.LostReplies && call.Kind != "start")
        {
            steps.Add(new ModelStep(() => $"{NameOf(at)}: {call.Name}, twice", at, () =>
            {
                _lostReplies++;
                _processes[at].Go(Fate.DoneTwice);
            }));
        }

        if (_deaths < Story.Deaths)
        {
            steps.Add(new ModelStep(() => $"{NameOf(at)} dies before {call.Name}", -1, () =>
            {
                _deaths++;
                Die(at);
            }));
        }

        return steps;
    }

    private void Die(int at)
    {
        if (_processes[at].Item is { } item)
        {
            Queues.ComeAgain(item);
        }

        _processes[at] = new RunProcess(this);
        if (at < Orchestrator && Story.Operations[at].IsRepeated)
        {
            _begun.Remove(Story.Operations[at].Name);
        }
    }

    private void End(int at)
    {
        var process = _processes[at];
        switch (process.End())
        {
            case null when at < Orchestrator:
                Answers.Take(Story.Operations[at], process.Answer);
                break;
            case null when at == Orchestrator:
                Account.Put(process.Orchestration!);
                break;
            case null when at == Slices:
                Queues.Remove(process.Item!);
                break;
            case null:
            case CelerityException { Code: ErrorCodes.RunAtWork or ErrorCodes.RunEnded or ErrorCodes.UnknownRun or ErrorCodes.NothingToRepeat } when at < Orchestrator:
                break;
            case var exception:
                throw new InvalidOperationException($"{NameOf(at)} failed: {exception}", exception);
        }

        _processes[at] = new RunProcess(this);
        if (at != Orchestrator)
        {
            Account.Wake();
        }
    }
}
