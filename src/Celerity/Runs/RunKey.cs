using System.Buffers;
using System.Globalization;

namespace Celerity.Runs;

/// <summary>Where a run's rows lie. The keys follow from the id, a UUIDv7, so that a look-up is one point read and the newest come first.</summary>
/// <param name="Partition">The month in which the run was made, counted down.</param>
/// <param name="Row">The milliseconds, counted down, and the id. Its generations follow it as <c>{Row}:g{n}</c>, their stages as <c>{Row}:g{n}.s{k}</c>.</param>
internal readonly record struct RunKey(string Partition, string Row)
{
    private const int LastMonth = 9999 * 12;
    private const long LastMillisecond = (1L << 48) - 1;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Gets the bound behind a run's own rows.</summary>
    public string RowEnd => Row + ";";

    /// <summary>Gets the bound behind its generations and their stages; what it awaits comes after them (<see cref="Compositions.AwaitKey"/>).</summary>
    public string GenerationsEnd => Row + ":h";

    /// <summary>Makes a run id: 32 hexadecimal digits, ordered by time.</summary>
    public static string NewId(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    /// <summary>Tells whether a text can be a run id at all; hostile input ends here.</summary>
    public static bool IsId(string text) =>
        text.Length == 32 && text[12] == '7' && !text.AsSpan().ContainsAnyExcept(Digits);

    public static RunKey For(string id)
    {
        var milliseconds = long.Parse(id.AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new RunKey(
            PartitionOf(DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))),
            string.Create(CultureInfo.InvariantCulture, $"{LastMillisecond - milliseconds:D15}-{id}"));
    }

    /// <summary>The id in a run's row key.</summary>
    public static string IdOf(string row) => row[(row.IndexOf('-', StringComparison.Ordinal) + 1)..];

    /// <summary>The row key at which runs begin that were made before a time, in its partition: older ones come after it.</summary>
    public static RunKey Before(DateTimeOffset time) => new(
        PartitionOf(time), string.Create(CultureInfo.InvariantCulture, $"{LastMillisecond - time.ToUnixTimeMilliseconds() + 1:D15}"));

    public static string PartitionOf(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"m{LastMonth - ((time.Year * 12) + time.Month - 1):D6}");

    public string GenerationRow(int generation) => string.Create(CultureInfo.InvariantCulture, $"{Row}:g{generation:D4}");

    public string StageRow(int generation, int stage) => string.Create(CultureInfo.InvariantCulture, $"{Row}:g{generation:D4}.s{stage:D4}");
}
