namespace Celerity.Retry;

/// <inheritdoc cref="IJitter"/>
internal sealed class RandomJitter : IJitter
{
    private readonly Random _random = new();
    private readonly Lock _gate = new();

    public double Next()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
