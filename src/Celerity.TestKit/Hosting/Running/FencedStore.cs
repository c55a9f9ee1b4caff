using System.Reflection;
using System.Runtime.ExceptionServices;
using Celerity.LocalRuntime.Orchestration.Store;
using Celerity.TestKit.Hosting.Faults;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>The orchestrations as one process sees them: shut once it has crashed, and with the points where it may.</summary>
internal class FencedStore : DispatchProxy
{
    private IOrchestrationStore _store = null!;
    private AppProcess _process = null!;

    public static IOrchestrationStore Create(IOrchestrationStore store, AppProcess process)
    {
        var fenced = Create<IOrchestrationStore, FencedStore>();
        var proxy = (FencedStore)(object)fenced;
        (proxy._store, proxy._process) = (store, process);
        return fenced;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            // The store outlives the process.
            case nameof(IDisposable.Dispose):
                return null;
            case nameof(IOrchestrationStore.Commit):
                return Commit(targetMethod, args!, ((Checkpoint)args![0]!));
            case nameof(IOrchestrationStore.Complete):
                return Complete(targetMethod, args!, ((ClaimedActivity)args![0]!).Call);
            default:
                return Call(targetMethod, args);
        }
    }

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

    private object? Complete(MethodInfo method, object?[] args, ActivityCall call)
    {
        CrashIfPlanned(FaultPoint.AfterActivity, call.Name);
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
