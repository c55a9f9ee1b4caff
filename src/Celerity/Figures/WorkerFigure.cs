namespace Celerity.Figures;

/// <summary>A worker whose heartbeat is overdue, though it did not say that it ends.</summary>
/// <param name="Worker">The worker's id.</param>
/// <param name="Host">Its machine.</param>
/// <param name="SilentSeconds">How long it has not been heard of.</param>
internal sealed record WorkerFigure(string Worker, string Host, double SilentSeconds);
