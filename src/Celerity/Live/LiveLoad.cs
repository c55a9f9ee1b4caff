namespace Celerity.Live;

/// <summary>What the app's processes do.</summary>
/// <param name="Running">The attempts that run.</param>
/// <param name="Workers">The processes that are there.</param>
/// <param name="RatePerSecond">The attempts that ended in a second, lately.</param>
internal sealed record LiveLoad(int Running, int Workers, double RatePerSecond);
