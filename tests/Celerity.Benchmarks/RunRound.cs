namespace Celerity.Benchmarks;

/// <summary>What one round took.</summary>
/// <param name="Elapsed">From the first start to the last end.</param>
/// <param name="AppCpu">The processor time of the app meanwhile.</param>
/// <param name="AzuriteCpu">That of Azurite.</param>
internal readonly record struct RunRound(TimeSpan Elapsed, TimeSpan AppCpu, TimeSpan AzuriteCpu);
