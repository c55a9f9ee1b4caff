namespace Celerity.Workers;

/// <summary>Measures this process's memory.</summary>
internal class WorkerMemory
{
    public virtual long WorkingSetBytes => Environment.WorkingSet;

    public virtual long HeapBytes => GC.GetTotalMemory(forceFullCollection: false);
}
