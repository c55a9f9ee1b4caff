namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>Whether this process has more to do than it can, and for how many samples in a row that has been so.</summary>
internal readonly record struct ThrottleState(bool IsOn, int Samples)
{
    /// <summary>Adds one sample.</summary>
    public ThrottleState Next(bool isOn) => isOn == IsOn ? this with { Samples = Samples + 1 } : new ThrottleState(isOn, 1);
}
