namespace Celerity.Figures;

/// <summary>A run that stands still: it is not held, and no chunk of its stage ends, or its orchestration does not begin.</summary>
/// <param name="Run">The run.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Seconds">How long it has.</param>
internal sealed record StalledRunFigure(string Run, string Pipeline, double Seconds);
