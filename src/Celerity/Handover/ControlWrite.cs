namespace Celerity.Handover;

/// <summary>One write to a control row.</summary>
/// <param name="Key">Where it lies.</param>
/// <param name="Row">The row as it is to be.</param>
/// <param name="Over">The row it replaces, by its ETag; <see langword="null"/> to insert where there is none.</param>
internal readonly record struct ControlWrite(ControlKey Key, ControlRow Row, ControlRow? Over);
