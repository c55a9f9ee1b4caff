using System.Globalization;
using Celerity.Storage;

namespace Celerity.Controls;

/// <summary>One entry of the board.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Target">The queue, the task in lower case, the circuit, or the generation of a run.</param>
/// <param name="Value">What it says, as JSON.</param>
/// <param name="At">When it was written, by its writer's clock.</param>
internal sealed record ControlEntry(ControlKind Kind, string Target, string Value, DateTimeOffset At)
{
    public const string Partition = "controls";

    /// <summary>Gets its version; empty on one that is not stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>A task's or a circuit's name as the board has it: names are unique without regard to case.</summary>
    public static string TargetOf(string name) => name.ToLowerInvariant();

    /// <summary>A generation of a run as the board has it.</summary>
    public static string GenerationOf(string run, int generation) => string.Create(CultureInfo.InvariantCulture, $"{run}.g{generation}");

    /// <summary>The run of a generation as the board has it.</summary>
    public static string RunOf(string target) => target[..target.IndexOf('.', StringComparison.Ordinal)];

    public static string RowKeyOf(ControlKind kind, string target) => $"{kind}:{TableKeys.Escape(target)}";

    public static ControlEntry From(TableRow row) => new(
        KindOf(row.RowKey) ?? throw new FormatException($"'{row.RowKey}' is no entry of the board."),
        row.FindString("target")!,
        row.FindString("value")!,
        row.FindTime("at")!.Value)
    {
        ETag = row.ETag,
    };

    /// <summary>What a row is about; <see langword="null"/> where it is a newer version's.</summary>
    public static ControlKind? KindOf(string rowKey) =>
        Enum.TryParse<ControlKind>(rowKey[..Math.Max(0, rowKey.IndexOf(':', StringComparison.Ordinal))], out var kind) ? kind : null;

    public T Read<T>() => CelerityJson.Read<T>(Value);

    public TableRow ToTableRow() => new(Partition, RowKeyOf(Kind, Target), new Dictionary<string, object>
    {
        ["target"] = Target,
        ["value"] = Value,
        ["at"] = At,
    })
    {
        ETag = ETag,
    };
}
