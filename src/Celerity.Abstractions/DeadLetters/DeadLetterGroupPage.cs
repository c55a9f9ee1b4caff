namespace Celerity;

/// <summary>Groups of dead letters, those first that hurt most.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Count">How many fit the filter.</param>
/// <param name="Open">How many letters wait for somebody in all of them.</param>
public sealed record DeadLetterGroupPage(IReadOnlyList<DeadLetterGroup> Groups, int Count, long Open);
