using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Durable;

/// <summary>The context of an activity call.</summary>
internal sealed class ActivityCallContext(ActivityCall call) : TaskActivityContext
{
    public override TaskName Name => call.Name;

    public override string InstanceId => call.InstanceId;

    public override string Version => call.Version;
}
