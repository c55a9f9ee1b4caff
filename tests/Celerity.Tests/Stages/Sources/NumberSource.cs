using System.Globalization;
using System.Runtime.CompilerServices;

namespace Celerity.Tests.Stages.Sources;

/// <summary>A source of the app's own: the numbers from 1 up, one of which is none.</summary>
internal sealed class NumberSource(int count, int not) : IChunkSource
{
    public IReadOnlyList<string> Columns => ["n"];

    public async IAsyncEnumerable<string> ListAsync(ChunkListing listing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var first = listing.After is { } after ? int.Parse(after.Split('-')[1], CultureInfo.InvariantCulture) + 1 : 1;
        for (; first <= count; first += listing.ChunkSize)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{first}-{Math.Min(count, first + listing.ChunkSize - 1)}");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<object?>> ReadAsync(string range, string? parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var ends = Array.ConvertAll(range.Split('-'), end => int.Parse(end, CultureInfo.InvariantCulture));
        for (var number = ends[0]; number <= ends[1]; number++)
        {
            yield return [number == not ? "oops" : number];
        }
    }
}
