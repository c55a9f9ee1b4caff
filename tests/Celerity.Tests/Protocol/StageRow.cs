namespace Celerity.Tests.Protocol;

/// <summary>A row of the table in <c>docs/state-machine.md</c> on chunks and the stage ledger.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="Without">What happens without the rule.</param>
/// <param name="Mutate">Makes a stage without the rule.</param>
/// <param name="Test">A test that passes as the engine is, and fails without the rule.</param>
internal sealed record StageRow(int Number, string Without, Func<StageMutation> Mutate, Func<Task> Test);
