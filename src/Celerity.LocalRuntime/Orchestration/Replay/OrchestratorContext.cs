using System.Security.Cryptography;
using System.Text;
using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>The context that orchestrator code sees: it turns calls into decisions and results into finished tasks.</summary>
internal sealed class OrchestratorContext : TaskOrchestrationContext
{
    private static readonly Guid GuidNamespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    private readonly ReplayScheduler _scheduler;
    private readonly ExecutionStarted _started;
    private readonly DataConverter _converter;

    // In the order in which they were taken: a dictionary reuses the places of those ticked off, and events to one receiver would overtake each other.
    private readonly SortedDictionary<int, Decision> _decisions = [];
    private readonly Dictionary<int, TaskCompletionSource<ResultEvent>> _open = [];
    private object? _input;
    private DateTime _now;
    private int _nextId;
    private int _guidCount;

    public OrchestratorContext(
        string instanceId, ExecutionStarted started, ReplayScheduler scheduler, DataConverter converter, ILoggerFactory loggerFactory, EpisodeRules rules)
    {
        Rules = rules;
        InstanceId = instanceId;
        _started = started;
        _scheduler = scheduler;
        _converter = converter;
        LoggerFactory = loggerFactory;
        Events = new ExternalEvents(converter);
        EntityRequests = new OrchestratorEntities(this, started.ExecutionId, converter);
        Parent = started.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;
    }

    public override TaskName Name => _started.Name;

    public override string InstanceId { get; }

    public override ParentOrchestrationInstance? Parent { get; }

    public override string Version => _started.Version;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => Replaying;

    public override TaskOrchestrationEntityFeature Entities => Rules.HasEntities
        ? EntityRequests
        : throw new NotSupportedException("Durable entities are disabled because DurableTaskWorkerOptions.EnableEntitySupport=false.");

    protected override ILoggerFactory LoggerFactory { get; }

    internal EpisodeRules Rules { get; }

    /// <summary>Gets or sets the invocation that runs the orchestrator; <see langword="null"/> outside of a function app.</summary>
    internal object? Caller { get; set; }

    internal bool Replaying { get; set; }

    internal ExternalEvents Events { get; }

    internal OrchestratorEntities EntityRequests { get; }

    internal IReadOnlyCollection<Decision> Decisions => _decisions.Values;

    internal int OpenTaskCount => _open.Count;

    internal bool HasOpenTasks => _open.Count > 0;

    /// <summary>Gets the custom status as text, or <see langword="null"/> when this execution has set none.</summary>
    internal string? CustomStatus { get; private set; }

    internal Continuation? Continuation { get; private set; }

    public override T? GetInput<T>()
        where T : default
    {
        EnsureOwnThread();
        if (_input is not T)
        {
            _input = _converter.Deserialize<T>(_started.Input);
        }

        return (T?)_input;
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RejectMisplacedOptions(input, options);
        var payload = _converter.Serialize(input);
        string version = options?.Version ?? Version;
        var result = await Retries.RunAsync(
            this,
            name,
            options?.Retry,
            () => AskAsync(id => new Decision(new TaskScheduled(id, name, version), payload, TagsOf(options)))).ConfigureAwait(true);
        return _converter.Deserialize<TResult>(result)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RejectMisplacedOptions(input, options);
        EntityRequests.RejectSubOrchestration();
        var payload = _converter.Serialize(input);
        string version = options?.Version ?? (string.IsNullOrEmpty(Rules.SubOrchestrationVersion) ? Version : Rules.SubOrchestrationVersion);
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        var result = await Retries.RunAsync(
            this,
            orchestratorName,
            options?.Retry,
            () => AskAsync(id => new Decision(
                new SubOrchestrationInstanceCreated(id, orchestratorName, instanceId, version), payload, TagsOf(options)))).ConfigureAwait(true);
        return _converter.Deserialize<TResult>(result)!;
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var end = fireAt.ToUniversalTime();
        while (end - CurrentUtcDateTime > Rules.LongestTimer && !cancellationToken.IsCancellationRequested)
        {
            await StartTimer(CurrentUtcDateTime + Rules.LongestTimer, cancellationToken).ConfigureAwait(true);
        }

        await StartTimer(end, cancellationToken).ConfigureAwait(true);
    }

    public override Task<T?> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
        where T : default
    {
        EnsureOwnThread();
        return Events.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        EnsureOwnThread();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (instanceId.StartsWith('@'))
        {
            throw new ArgumentException($"'{instanceId}' is an entity: events go to orchestrations only.", nameof(instanceId));
        }

        Decide(id => new Decision(new EventSent(id, eventName, instanceId), _converter.Serialize(payload)));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureOwnThread();
        CustomStatus = _converter.Serialize(customStatus) ?? "null";
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EnsureOwnThread();
        Continuation = new Continuation(_converter.Serialize(options.NewInput), options.NewVersion, options.PreserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        EnsureOwnThread();
        var name = Encoding.UTF8.GetBytes($"{InstanceId}_{CurrentUtcDateTime:o}_{_guidCount++}");
#pragma warning disable CA5350 // RFC 4122 version 5 says SHA-1; nothing is protected by it.
        Span<byte> hash = SHA1.HashData([.. GuidNamespace.ToByteArray(bigEndian: true), .. name]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>Reads the input as a declared parameter's type; later calls of <see cref="GetInput"/> get the same object.</summary>
    internal object? ReadInput(Type type) => _input ??= _started.Input is null
        ? TaskInput.Missing(type)
        : _converter.Deserialize(_started.Input, type);

    internal void SendToEntity(string eventName, OutgoingEntityMessage message) =>
        Decide(id => new Decision(new EventSent(id, eventName, message.EntityId), null, ToEntity: message));

    internal void BeginEpisode(DateTime now) => _now = now;

    /// <summary>Ticks off a decision that the history already has.</summary>
    internal void Match(ScheduledEvent past)
    {
        if (!_decisions.Remove(past.Id, out var decision))
        {
            throw new global::DurableTask.Core.Exceptions.NonDeterministicOrchestrationException(
                $"the history has {Describe(past)}, which the orchestrator did not ask for when it was replayed.");
        }

        if (decision.Event.GetType() != past.GetType() || !string.Equals(decision.Event.Name, past.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new global::DurableTask.Core.Exceptions.NonDeterministicOrchestrationException(
                $"the history has {Describe(past)}, where the replayed orchestrator asked for {Describe(decision.Event)}.");
        }
    }

    /// <summary>Ends the task that waits for this result; a second result for it changes nothing.</summary>
    internal bool TryComplete(ResultEvent result) => _open.Remove(result.TaskId, out var source) && source.TrySetResult(result);

    private static string Describe(ScheduledEvent scheduled) => $"{scheduled.GetType().Name} '{scheduled.Name}' (#{scheduled.Id})";

    private static Dictionary<string, string>? TagsOf(TaskOptions? options) => options?.Tags is { Count: > 0 } tags ? new(tags) : null;

    private static void RejectMisplacedOptions(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException($"{input.GetType().Name} was passed as the input; name the argument: options.", nameof(input));
        }
    }

    private async Task StartTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var (id, source) = Open(id => new Decision(new TimerCreated(id, fireAt), null));

        // The message of a cancelled timer still arrives, and is then ignored.
        using var registration = cancellationToken.Register(() =>
        {
            _open.Remove(id);
            source.TrySetCanceled(cancellationToken);
        });
        await source.Task.ConfigureAwait(true);
    }

    private Task<ResultEvent> AskAsync(Func<int, Decision> decide) => Open(decide).Source.Task;

    private (int Id, TaskCompletionSource<ResultEvent> Source) Open(Func<int, Decision> decide)
    {
        var id = Decide(decide);
        var source = new TaskCompletionSource<ResultEvent>();
        _open.Add(id, source);
        return (id, source);
    }

    private int Decide(Func<int, Decision> decide)
    {
        EnsureOwnThread();
        var id = _nextId++;
        _decisions.Add(id, decide(id));
        return id;
    }

    private void EnsureOwnThread()
    {
        if (!_scheduler.IsCurrent)
        {
            throw new InvalidOperationException(Episode.IllegalAwait);
        }
    }
}
