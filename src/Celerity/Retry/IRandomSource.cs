namespace Celerity.Retry;

/// <summary>Where jitter comes from.</summary>
internal interface IRandomSource
{
    /// <summary>Returns a number from 0 to below 1. Safe for concurrent use.</summary>
    double NextDouble();
}

/// <summary>The system's random numbers.</summary>
internal sealed class SystemRandom : IRandomSource
{
    private readonly Lock _gate = new();
    private readonly Random _random = new();

    public double NextDouble()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
