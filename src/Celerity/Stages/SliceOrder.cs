using System.Collections;

namespace Celerity.Stages;

/// <summary>
/// The slices of a stage that are run, in order: all of them, or, where it takes chunks over, those with a chunk left to run. The end of one
/// lets that through which comes a window after it.
/// </summary>
internal sealed class SliceOrder
{
    private readonly int[]? _slices;

    private SliceOrder(int count, int[]? slices)
    {
        Count = count;
        _slices = slices;
    }

    /// <summary>Gets how many slices are run.</summary>
    public int Count { get; }

    public static SliceOrder All(StageLayout layout) => new(layout.SliceCount, null);

    /// <summary>Orders a set of slices.</summary>
    public static SliceOrder Read(byte[] set)
    {
        var isRun = new BitArray(set);
        var slices = Enumerable.Range(0, isRun.Count).Where(slice => isRun[slice]).ToArray();
        return new SliceOrder(slices.Length, slices);
    }

    /// <summary>Makes an empty set of slices: a bit each.</summary>
    public static byte[] NewSet(int sliceCount) => new byte[(sliceCount + 7) / 8];

    /// <summary>Adds a slice to a set.</summary>
    public static void Add(byte[] set, int slice) => set[slice / 8] |= (byte)(1 << (slice % 8));

    /// <summary>The slices that are published first.</summary>
    public IEnumerable<int> First(int window) => Enumerable.Range(0, Math.Min(window, Count)).Select(At);

    /// <summary>The slice that the end of <paramref name="slice"/> lets through, or <see langword="null"/>.</summary>
    public int? After(int slice, int window) => PlaceOf(slice) is { } place && place + window < Count ? At(place + window) : null;

    /// <summary>The slice whose end lets <paramref name="slice"/> through, or <see langword="null"/>.</summary>
    public int? Before(int slice, int window) => PlaceOf(slice) is { } place && place >= window ? At(place - window) : null;

    /// <summary>Tells whether a slice is among so many that are run first.</summary>
    public bool IsAmongFirst(int slice, int count) => PlaceOf(slice) < count;

    /// <summary>Tells whether a slice is run at all.</summary>
    public bool Contains(int slice) => PlaceOf(slice) is not null;

    private int At(int place) => _slices is null ? place : _slices[place];

    private int? PlaceOf(int slice)
    {
        if (_slices is null)
        {
            return slice < Count ? slice : null;
        }

        var place = Array.BinarySearch(_slices, slice);
        return place < 0 ? null : place;
    }
}
