using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Protocol;

/// <summary>A row of the table in <c>docs/state-machine.md</c>: a rule, how it is taken out, and what is explored with it and without.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="Without">What happens without the rule.</param>
/// <param name="Scenario">What holds as the engine is, and breaks without the rule.</param>
/// <param name="Mutant">The engine without the rule.</param>
internal sealed record ProtocolRow(int Number, string Without, Scenario Scenario, Mutant Mutant)
{
    public override string ToString() => $"{Number}: {Without}";
}
