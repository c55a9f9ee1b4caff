namespace Celerity.Figures;

/// <summary>The open dead letters of one group.</summary>
/// <param name="Group">The group's id.</param>
/// <param name="Subject">The task or stage; <see langword="null"/> where nobody could read it.</param>
/// <param name="Open">How many are open.</param>
internal sealed record LetterFigure(string Group, string? Subject, long Open);
