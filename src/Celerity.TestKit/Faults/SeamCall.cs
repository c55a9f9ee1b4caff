namespace Celerity.TestKit.Faults;

/// <summary>One call to storage, as a <see cref="FaultPlan"/> counts it.</summary>
/// <param name="Ordinal">Its place among all calls of the run, from 1.</param>
/// <param name="Name">What was called on what, such as <c>table.TryInsertAll CelerityLedger</c>.</param>
/// <param name="Occurrence">Its place among the calls of this name, from 1.</param>
public sealed record SeamCall(int Ordinal, string Name, int Occurrence)
{
    /// <inheritdoc/>
    public override string ToString() => $"call {Ordinal}, {Name} ({Occurrence})";
}
