using System.Reflection;
using System.Runtime.ExceptionServices;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;
using Celerity.TestKit.Hosting.Faults;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>The orchestrations and entities as one process sees them: shut once it has crashed, and with the points where it may.</summary>
internal class FencedStore : DispatchProxy
{
    private object _store = null!;
    private AppProcess _process = null!;

    public static T Create<T>(T store, AppProcess process)
        where T : class
    {
        var fenced = Create<T, FencedStore>();
        var proxy = (FencedStore)(object)fenced;
        (proxy._store, proxy._process) = (store, process);
        return fenced;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod!.Name, args) switch
    {
        // The store outlives the process.
        (nameof(IDisposable.Dispose), _) => null,
        (nameof(IOrchestrationStore.Commit), [Checkpoint checkpoint, ..]) => Commit(targetMethod, args, checkpoint),
        (nameof(IEntityStore.Commit), [EntityCheckpoint { Claim.Row.Id: var id }, ..]) => CommitEntity(targetMethod, args, id),
        (nameof(IOrchestrationStore.Complete), [ClaimedActivity activity, ..]) => Complete(targetMethod, args, activity.Call.Name),
        _ => Call(targetMethod, args) switch
        {
            IEntityStore entities => Create(entities, _process),
            var result => result,
        },
    };

    private object? Commit(MethodInfo method, object?[] args, Checkpoint checkpoint)
    {
        var row = checkpoint.Row;
        CrashIfPlanned(FaultPoint.BeforeEpisodeCommit, row.Name);
        var isStored = Call(method, args);
        var activities = string.Concat(checkpoint.Activities.Select(call => $", calls {call.Name}"));
        var timers = string.Concat(checkpoint.Messages.Where(message => message.VisibleAt > _process.Clock.GetUtcNow()).Select(message => $", timer at {message.VisibleAt:u}"));
        var children = string.Concat(checkpoint.Instances.Select(child => $", starts {child.Row.Name} [{child.Row.Id}]"));
        _process.World.Transcript.Add(
            "durable", row.Name, row.Id, isStored is true ? $"{row.Status}{activities}{children}{timers}" : "step refused: it is run elsewhere");
        CrashIfPlanned(FaultPoint.AfterEpisodeCommit, row.Name);
        return isStored;
    }

    private object? CommitEntity(MethodInfo method, object?[] args, string id)
    {
        // An entity's id is "@name@key".
        var name = id.Split('@', 3)[1];
        CrashIfPlanned(FaultPoint.BeforeEpisodeCommit, name);
        var isStored = Call(method, args);
        _process.World.Transcript.Add("durable", name, id, isStored is true ? "entity's turn stored" : "turn refused: it is run elsewhere");
        CrashIfPlanned(FaultPoint.AfterEpisodeCommit, name);
        return isStored;
    }

    private object? Complete(MethodInfo method, object?[] args, string name)
    {
        CrashIfPlanned(FaultPoint.AfterActivity, name);
        return Call(method, args);
    }

    private void CrashIfPlanned(FaultPoint point, string name)
    {
        if (_process.TryCrash(point, name))
        {
            throw new ProcessCrashedException();
        }
    }

    private object? Call(MethodInfo method, object?[]? args)
    {
        if (_process.IsDead)
        {
            throw new ProcessCrashedException();
        }

        try
        {
            return method.Invoke(_store, args);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
