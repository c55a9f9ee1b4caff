namespace Celerity.Figures;

/// <summary>How a circuit stood.</summary>
/// <param name="Circuit">The circuit.</param>
/// <param name="State">Its state.</param>
internal sealed record CircuitFigure(string Circuit, CircuitState State);
