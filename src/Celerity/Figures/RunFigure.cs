namespace Celerity.Figures;

/// <summary>The runs of one pipeline that have not ended.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Active">How many, suspended ones too.</param>
/// <param name="Stalled">How many of them stand still.</param>
internal sealed record RunFigure(string Pipeline, int Active, int Stalled);
