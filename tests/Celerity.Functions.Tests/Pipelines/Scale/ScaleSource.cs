using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Functions.Tests.Pipelines.Scale;

/// <summary>So many ranges of one record each. Listing takes its time, so that planning takes several steps.</summary>
internal sealed class ScaleSource(FakeTimeProvider time) : IChunkSource
{
    private const int RangesPerSecond = 1000;

    public IReadOnlyList<string> Columns => ["n"];

    public async IAsyncEnumerable<string> ListAsync(ChunkListing listing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listing);
        await ValueTask.CompletedTask;
        var count = int.Parse(listing.Parameters!, CultureInfo.InvariantCulture);
        for (var range = listing.After is { } after ? int.Parse(after, CultureInfo.InvariantCulture) + 1 : 0; range < count; range++)
        {
            if (range % RangesPerSecond == 0)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            yield return range.ToString(CultureInfo.InvariantCulture);
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<object?>> ReadAsync(string range, string? parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        yield return [range];
    }
}
