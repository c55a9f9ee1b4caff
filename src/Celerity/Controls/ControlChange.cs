using Celerity.Storage;

namespace Celerity.Controls;

/// <summary>What an entry of the board is to become, with what is stored in the same transaction.</summary>
/// <param name="Value">What it is to say, as JSON.</param>
internal sealed record ControlChange(string Value)
{
    /// <summary>Gets the queues whose held tasks may become free by it.</summary>
    public IReadOnlyList<string> Refills { get; init; } = [];

    /// <summary>Gets the record of it, or <see langword="null"/> for none.</summary>
    public TableRow? Audit { get; init; }
}
