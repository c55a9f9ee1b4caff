using System.Text.Json.Serialization;

namespace Celerity.Stages.Outputs;

/// <summary>What the chunks of one ledger page wrote and rejected.</summary>
internal sealed record OutputPage(
    [property: JsonPropertyName("o")] IReadOnlyList<OutputRun> Output, [property: JsonPropertyName("x")] IReadOnlyList<OutputRun> Rejects)
{
    public IReadOnlyList<OutputRun> Of(OutputName name) => name.IsRejects ? Rejects : Output;
}
