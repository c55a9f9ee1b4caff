using System.Globalization;
using Celerity.Runs;

namespace Celerity.Compositions;

/// <summary>What a pipeline awaits: its number in the order in which the pipeline began it, the same in every generation that takes the same way.</summary>
/// <param name="Run">The run.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Number">1 and up.</param>
/// <param name="Stage">How many stages the pipeline had begun before, so that a restart from a stage knows what comes after it.</param>
internal sealed record AwaitKey(string Run, int Generation, int Number, int Stage)
{
    /// <summary>Gets the orchestration that waits.</summary>
    public string Instance => string.Create(CultureInfo.InvariantCulture, $"{Run}.g{Generation}.t{Number}");

    /// <summary>Gets the partition of its row, which lies with the run's.</summary>
    public string Partition => RunKey.For(Run).Partition;

    /// <summary>Gets the row of this generation.</summary>
    public string Row => RowOf(Generation);

    /// <summary>Gets the row of the first generation. All of them lie together, in order.</summary>
    public string FirstRow => RowOf(0);

    private string RowOf(int generation) => string.Create(CultureInfo.InvariantCulture, $"{RunKey.For(Run).Row}:t{Number:D6}:{generation:D4}");
}
