using Celerity.Functions.Compositions;
using Celerity.Runs;

namespace Celerity.Functions.Pipelines;

/// <summary>The orchestration instances of runs by the client of the function that ran last in this process.</summary>
internal sealed class LastClientInstances(LastClientSignal last, PipelineRegistry pipelines) : ILastInstances
{
    public IRunInstances? Find() => last.Client is { } client ? new DurableRunInstances(client, pipelines) : null;
}
