using System.Globalization;
using System.Text;
using Celerity.Runs;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Runs.Model;

/// <summary>A run of two slices of a chunk each; who asks things of it, its orchestrations and maintenance.</summary>
internal sealed class RunWorld : IModelWorld
{
    public static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly string FirstRun = $"{Made.ToUnixTimeMilliseconds():x12}70008000000000000000";

    private readonly RunProcess[] _processes;
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _stopped = [];
    private bool _hasPassed;
    private int _rounds;
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

    public FakeTimeProvider Time { get; } = new(Made);

    private int Orchestrator => Story.Operations.Length;

    private int Maintainer => Orchestrator + 1;

    /// <summary>Gets the run that things are asked of, where there is one.</summary>
    public string? Run => Account.Runs().Keys.FirstOrDefault();

    public static RunRecord NewRun(string id, TimeProvider time) =>
        new() { Id = id, Pipeline = "p", State = RunState.Pending, Request = "null", CreatedAt = time.GetUtcNow() };

    public List<ModelStep> Steps()
    {
        var steps = new List<ModelStep>();
        foreach (var at in Enumerable.Range(0, _processes.Length))
        {
            if (_processes[at] is { Pass: not null } process)
            {
                AddStepsOf(steps, at, process.Call!);
            }
            else if (CanBegin(at))
            {
                steps.Add(new ModelStep(() => $"{NameOf(at)} begins", at, () => Begin(at)));
            }
        }

        // Whoever had begun before has come to an end by then.
        if (!_hasPassed && Array.TrueForAll(_processes, process => process.Pass is null))
        {
            steps.Add(new ModelStep(() => "two minutes pass", -1, () =>
            {
                _hasPassed = true;
                Time.Advance(TimeSpan.FromMinutes(2));
            }));
        }

        return steps;
    }

    public void Take(ModelStep step) => step.Run();

    public string? FindViolation(bool isQuiet) => Account.Violation ?? (isQuiet ? new RunEnding(this).Find() : null);

    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_deaths},{_lostReplies},{_hasPassed},{_rounds},{string.Join('.', _begun.Order())},{string.Join('.', _answered)},{string.Join('.', _stopped)}\n");
        Account.Describe(text);
        Queues.Describe(text);
        Tables.Describe(text);
        foreach (var process in _processes)
        {
            process.Describe(text);
            text.Append('\n');
        }

        return IdNumbering.Apply(text.ToString());
    }

    /// <summary>Tells whether somebody was answered that chunks of a generation start no more.</summary>
    public bool IsForbidden(int generation) => _stopped.Contains(generation);

    /// <summary>Gets the generation that an operation was answered with; <see langword="null"/> where it was refused, or not answered.</summary>
    public int? AnswerTo(RunOperation operation) => _answered.TryGetValue(operation.Name, out var generation) ? generation : null;

    /// <summary>A round of maintenance.</summary>
    public static Task MaintainAsync(RunProcess process, IServiceProvider services) =>
        services.GetRequiredService<RunStarts>().StartPendingAsync(process, CancellationToken.None).AsTask();

    private string NameOf(int at) => at < Orchestrator ? Story.Operations[at].Name : at == Orchestrator ? "orchestration" : "maintenance";

    private bool CanBegin(int at)
    {
        if (at < Orchestrator)
        {
            var operation = Story.Operations[at];
            return !_begun.Contains(operation.Name) && (operation.Kind == RunOperationKind.Start || Run is not null);
        }

        return at == Orchestrator ? Story.GoesOn && Account.Next is not null : _rounds < Story.Rounds && _hasPassed;
    }

    private void Begin(int at)
    {
        var process = _processes[at];
        if (at < Orchestrator)
        {
            var operation = Story.Operations[at];
            _begun.Add(operation.Name);
            process.Begin(operation.Name, async services => process.Answer = await operation.AskAsync(process, this, services).ConfigureAwait(false));
        }
        else if (at == Orchestrator)
        {
            process.Begin("orchestrate", Account.Next!.StepAsync);
        }
        else
        {
            _rounds++;
            process.Begin("maintain", services => MaintainAsync(process, services));
        }

        EndIfDone(at);
    }

    private void AddStepsOf(List<ModelStep> steps, int at, ModelCall call)
    {
        steps.Add(new ModelStep(() => $"{NameOf(at)}: {call.Name}", at, () => Go(at, Fate.Done)));
        if (call.IsRead)
        {
            return;
        }

        // Started twice by one who asks twice, an orchestration is one.
        if (_lostReplies < Story.LostReplies && call.Kind != "start")
        {
            steps.Add(new ModelStep(() => $"{NameOf(at)}: {call.Name}, twice", at, () =>
            {
                _lostReplies++;
                Go(at, Fate.DoneTwice);
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
    }

    private void Die(int at)
    {
        _processes[at] = new RunProcess(this);
        if (at < Orchestrator && Story.Operations[at].IsRepeated)
        {
            _begun.Remove(Story.Operations[at].Name);
        }
    }

    private void Go(int at, Fate fate)
    {
        _processes[at].Go(fate);
        EndIfDone(at);
    }

    private void EndIfDone(int at)
    {
        if (_processes[at] is not { Pass.IsCompleted: true } process)
        {
            return;
        }

        switch (process.End())
        {
            case null when at < Orchestrator:
                TakeAnswer(Story.Operations[at], process.Answer);
                break;
            case null:
                break;
            case CelerityException { Code: ErrorCodes.RunAtWork or ErrorCodes.RunEnded or ErrorCodes.UnknownRun or ErrorCodes.NothingToRepeat } when at < Orchestrator:
                break;
            case var exception:
                throw new InvalidOperationException($"{NameOf(at)} failed: {exception}", exception);
        }

        if (at != Orchestrator)
        {
            Account.Wake();
        }
    }

    private void TakeAnswer(RunOperation operation, int generation)
    {
        _answered[operation.Name] = generation;
        if (operation.Kind == RunOperationKind.Cancel)
        {
            _stopped.Add(generation);
        }
    }
}
