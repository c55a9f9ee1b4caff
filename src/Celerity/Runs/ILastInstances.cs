namespace Celerity.Runs;

/// <summary>The orchestration instances of runs, for code that was given no client: by the last one that this process has seen.</summary>
internal interface ILastInstances
{
    /// <summary>Finds them; <see langword="null"/> where the process has seen no client yet.</summary>
    IRunInstances? Find();
}

/// <summary>Where there are no orchestrations.</summary>
internal sealed class NoInstances : ILastInstances
{
    public IRunInstances? Find() => null;
}
